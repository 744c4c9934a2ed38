import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the bundle of createByteLevelBpeTokenizer', () => {
  it('is at most 8 kB, without tfjs, trainers or the reader of tokenizer.json', async () => {
    const { outputFiles, metafile } = await build({
      stdin: {
        contents: `export { createByteLevelBpeTokenizer } from './src/tokenizers/index.js';`,
        resolveDir: root,
      },
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      write: false,
      metafile: true,
    });
    const [output] = Object.values(metafile.outputs);
    const inputs = Object.entries(output!.inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [path] : [],
    );
    expect(inputs.filter((path) => /tensorflow|trainers|tokenizerJson/.test(path))).toEqual([]);
    expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThanOrEqual(8000);
  });
});
