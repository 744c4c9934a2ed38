// Normal numbers made on the heap are those that JavaScript makes, to the last bit.
import { getBackend } from '@tensorflow/tfjs-core';
import { registerWasmKernels, unregisterWasmKernels } from 'sesame-nlp/kernels/wasm';
import { initializers, RandomStream } from 'sesame-nlp/nn';
import { hasKernel } from 'sesame-nlp/ops';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillNormal, normalTensor } from '../../src/ops/normalNumbers.js';

describe.runIf(getBackend() === 'wasm')('SesameNormal', () => {
  const registeredBefore = hasKernel('SesameLinear');
  beforeAll(() => registerWasmKernels());
  afterAll(() => (registeredBefore ? registerWasmKernels() : unregisterWasmKernels()));

  test.each([
    [[0], 1, 1],
    [[1], 1, 2],
    [[3, 7], 0.02, 3],
    [[4095], 1e-3, 4],
    [[4097], 1e4, -5],
    [[8192, 3], 0.5, 2 ** 31 + 7],
    [[1_000_003], 1, 0xffffffff],
  ])(
    'of shape %j, deviation %d and seed %d equals the numbers that JavaScript makes',
    async (shape, deviation, seed) => {
      expect(hasKernel('SesameNormal')).toBe(true);
      const made = normalTensor(shape, deviation, seed);
      const size = shape.reduce((product, length) => product * length, 1);
      const expected = fillNormal(new Float32Array(size), deviation, seed);
      expect(made.shape).toEqual(shape);
      const actual = await made.data<'float32'>();
      expect(Buffer.compare(Buffer.from(actual.slice().buffer), Buffer.from(expected.buffer))).toBe(0);
      made.dispose();
    },
  );

  test('an initializer makes the same values in both ways', async () => {
    for (const initializer of [initializers.normal(0.02), initializers.fanInNormal(0.6)]) {
      const values = initializer([40, 300], new RandomStream(9));
      const made = initializer.tensor!([40, 300], new RandomStream(9));
      expect([...(await made.data())]).toEqual([...values]);
      made.dispose();
    }
  });
});
