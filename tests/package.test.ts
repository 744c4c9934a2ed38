import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { publicExports } from '../scripts/exports.js';

test('package.json exports the public folders of src and nothing else (npm run exports)', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  expect(manifest.exports).toEqual(publicExports());
});
