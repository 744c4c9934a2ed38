// The shaders for 8-bit weights held to the compositions, which turn the weights into floats first.
import { add, dispose, getBackend, memory, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { generate } from 'sesame-nlp/generation';
import { registerWebgpuKernels, unregisterWebgpuKernels } from 'sesame-nlp/kernels/webgpu';
import { createGpt } from 'sesame-nlp/models';
import { initialize, RandomStream } from 'sesame-nlp/nn';
import { encodeInt8, gelu, type Int8Matrix, linear } from 'sesame-nlp/ops';
import { afterEach, describe, expect, test } from 'vitest';

const normal = (shape: readonly number[], seed: number) => {
  const random = new RandomStream(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return Float32Array.from({ length: size }, () => random.nextNormal());
};
const made = (shape: readonly number[], seed: number) => tensor(normal(shape, seed), [...shape]);

/** A weight [inputs, outputs], or with `outputAxis` 0 a table [outputs, inputs]. */
function matrixOf(inputs: number, outputs: number, outputAxis: 0 | 1 = 1): Int8Matrix {
  const shape = outputAxis === 0 ? ([outputs, inputs] as const) : ([inputs, outputs] as const);
  return encodeInt8(normal(shape, 3), { shape, outputAxis }).matrix;
}

/** Largest difference, as a share of the largest number. */
async function difference(actual: Tensor, expected: Tensor): Promise<number> {
  expect(actual.shape).toEqual(expected.shape);
  const [found, wanted] = [await actual.data<'float32'>(), await expected.data<'float32'>()];
  const largest = wanted.reduce((most, number) => Math.max(most, Math.abs(number)), 1e-9);
  return wanted.reduce((most, number, i) => {
    const share = Math.abs(found[i]! - number) / largest;
    return share <= most ? most : share; // a NaN stays
  }, 0);
}

/** With the kernels and without: the same numbers, and no tensor left over. */
async function expectSame(run: () => Tensor) {
  unregisterWebgpuKernels();
  const composed = tidy(run);
  await registerWebgpuKernels();
  const before = memory().numTensors;
  const fused = tidy(run);
  expect(await difference(fused, composed)).toBeLessThan(1e-5);
  fused.dispose();
  expect(memory().numTensors).toBe(before);
  composed.dispose();
}

/** Bytes that tensors take on the device, when it has done all that it was told. */
async function bytesOnDevice(): Promise<number> {
  const last = add(1, 1);
  await last.data();
  last.dispose();
  return (memory() as unknown as { numBytesInGPU: number }).numBytesInGPU;
}

describe.runIf(getBackend() === 'webgpu')('webgpu kernels of 8-bit weights', () => {
  afterEach(unregisterWebgpuKernels);

  // Up to 8 rows have a shader of their own, more go through floats.
  test.each([1, 2, 8, 9])('a product of %i rows, at any size', async (rows) => {
    for (const [inputs, outputs] of [
      [1, 1],
      [3, 5],
      [16, 4],
      [17, 7],
      [300, 17],
      [1030, 3],
    ] as const) {
      const matrix = matrixOf(inputs, outputs);
      const [x, bias] = [made([1, rows, inputs], 5), made([outputs], 6)];
      const residual = made([1, rows, outputs], 7);
      await expectSame(() => linear(x, matrix));
      await expectSame(() => linear(x, matrix, bias, { residual, activation: gelu }));
      matrix.dispose();
      dispose([x, bias, residual]);
    }
  });

  test('no rows give nothing', async () => {
    await registerWebgpuKernels();
    const matrix = matrixOf(5, 3);
    const output = tidy(() => linear(made([0, 5], 1), matrix));
    expect(output.shape).toEqual([0, 3]);
    expect(await output.data()).toHaveLength(0);
    matrix.dispose();
    output.dispose();
  });

  test.each([0, 1] as const)(
    'rows of a table by their numbers, and the floats, with outputs on axis %i',
    async (axis) => {
      for (const [inputs, outputs] of [
        [1, 1],
        [17, 7],
        [64, 12],
      ] as const) {
        const matrix = matrixOf(inputs, outputs, axis);
        await expectSame(() => matrix.decode());
        const ids = tensor([outputs - 1, 0, outputs >> 1, 0], [2, 2], 'int32');
        await expectSame(() => matrix.lookUp(ids));
        matrix.dispose();
        ids.dispose();
      }
    },
  );

  test('codes that TensorFlow.js has put on the device itself are packed there', async () => {
    const matrix = matrixOf(17, 9);
    const x = made([1, 17], 5);
    await registerWebgpuKernels();
    const onHost = tidy(() => linear(x, matrix));
    unregisterWebgpuKernels();
    matrix.decode().dispose(); // the composition reads the codes there
    await registerWebgpuKernels();
    const onDevice = tidy(() => linear(x, matrix));
    expect(await difference(onDevice, onHost)).toBe(0);
    dispose([x, onHost, onDevice]);
    matrix.dispose();
  });

  test('a GPT whose weights were rounded writes the same', async () => {
    const gpt = createGpt({ vocabSize: 11, maxPositions: 40, dModel: 24, numLayers: 2, numHeads: 3, dropout: 0 });
    initialize(gpt, { seed: 3 });
    await gpt.quantize('int8');
    const options = { maxNewTokens: 12, temperature: 0 };
    const composed = await generate(gpt, [1, 2, 3], options);
    await registerWebgpuKernels();
    await expectSame(() => gpt.call({ tokenIds: [Array.from({ length: 18 }, (_, i) => (3 * i) % 11)] }).logits);
    expect(await generate(gpt, [1, 2, 3], options)).toEqual(composed);
    gpt.dispose();
  });

  test('weights take a byte each on the device, and leave it with the next matrix after their own is gone', async () => {
    await registerWebgpuKernels();
    const x = made([1, 512], 5);
    const multiplyByNewMatrix = async () => {
      const matrix = matrixOf(512, 256);
      const output = tidy(() => linear(x, matrix));
      await output.data();
      output.dispose();
      return matrix;
    };
    const before = await bytesOnDevice();
    const first = await multiplyByNewMatrix();
    const withOne = await bytesOnDevice();
    expect(withOne - before).toBeGreaterThan(512 * 256);
    expect(withOne - before).toBeLessThan(1.1 * 512 * 256);
    first.dispose();
    const second = await multiplyByNewMatrix();
    expect(await bytesOnDevice()).toBe(withOne);
    second.dispose();
    unregisterWebgpuKernels();
    expect(await bytesOnDevice()).toBeLessThan(before + 512 * 256);
    x.dispose();
  });
});
