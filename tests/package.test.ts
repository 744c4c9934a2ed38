import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { publicExports, publicModules } from '../scripts/exports.js';
import { importGraph } from './support/importGraph.js';

test('package.json exports the public folders of src and nothing else (npm run exports)', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  expect(manifest.exports).toEqual(publicExports());
});

test('tests, examples and benchmarks import the library by names that the package exports', () => {
  const files = ['tests', 'examples', 'benchmarks'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path}`)
      .filter((path) => !path.startsWith('benchmarks/node_modules/')),
  );
  const graph = importGraph(
    new Map(files.filter((path) => /\.[mc]?[jt]s$/.test(path)).map((path) => [path, readFileSync(path, 'utf8')])),
  );
  const names = publicModules();
  const unknown = [...graph].flatMap(([path, imports]) =>
    imports
      .filter(({ specifier }) => /^sesame-nlp(\/|$)/.test(specifier) && !names.has(specifier))
      .map(({ specifier }) => `${path} imports ${specifier}`),
  );
  expect(graph.size).toBeGreaterThan(0);
  expect(unknown).toEqual([]);
});
