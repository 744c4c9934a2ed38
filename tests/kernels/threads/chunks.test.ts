import { expect, test, vi } from 'vitest';

// The setup of this project has another way to cut jobs.
const { itemsPerChunk } = await vi.importActual<typeof import('../../../src/kernels/wasm/chunks.js')>(
  '../../../src/kernels/wasm/chunks.js',
);

test('a small job stays whole', () => {
  expect(itemsPerChunk('activation', 1000, [0, 0, 0])).toBe(1000);
  expect(itemsPerChunk('layerNorm', 4, [768])).toBe(4);
  expect(itemsPerChunk('multiplyTiles', 1, [1, 1, 120, 48, 1000, 768, 768])).toBe(1);
});

test('single numbers are cut at whole cache lines, a large job into not too many chunks', () => {
  for (const items of [10_000, 123_457, 3_145_728, 2 ** 31 - 1]) {
    const part = itemsPerChunk('activation', items, [0, 0, 0]);
    expect(part % 1024).toBe(0);
    expect(Math.ceil(items / part)).toBeGreaterThan(1);
    expect(Math.ceil(items / part)).toBeLessThanOrEqual(64);
  }
});

test('large items are taken one by one, small ones together', () => {
  expect(itemsPerChunk('attention', 12, [12, 256, 256, 64, 64])).toBe(1);
  expect(itemsPerChunk('layerNorm', 256, [192])).toBeGreaterThan(5);
});
