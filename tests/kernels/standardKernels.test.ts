// tfjs's own ops with their kernels replaced: the same numbers as tfjs's own kernels give.
import {
  add,
  cast,
  clone,
  concat,
  dispose,
  erf,
  exp,
  fused,
  gather,
  getBackend,
  grad,
  grads,
  matMul,
  memory,
  mul,
  ones,
  randomNormal,
  reshape,
  sigmoid,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  transpose,
  unsortedSegmentSum,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { registerWasmKernels, unregisterWasmKernels } from 'sesame-nlp/kernels/wasm';
import { namedParameters } from 'sesame-nlp/nn';
import { hasKernel, linear } from 'sesame-nlp/ops';
import { adamW, fit } from 'sesame-nlp/training';
import { afterAll, describe, expect, test } from 'vitest';
import { adamUpdate } from '../../src/training/adamUpdate.js';
import { curveBatches, Perceptron } from '../training/models.js';

/** The op's numbers by tfjs's kernels and by ours. */
async function bothWays(op: () => Tensor) {
  unregisterWasmKernels();
  const stock = op();
  await registerWasmKernels();
  const ours = op();
  const [expected, actual] = [await stock.data<'float32'>(), await ours.data<'float32'>()];
  expect(ours.shape).toEqual(stock.shape);
  expect(ours.dtype).toBe(stock.dtype);
  dispose([stock, ours]);
  return { expected, actual };
}

async function expectTheSame(op: () => Tensor, digits = 1e-5) {
  const { expected, actual } = await bothWays(op);
  const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  for (const [i, x] of expected.entries()) expect(Math.abs(actual[i]! - x)).toBeLessThanOrEqual(digits * largest);
}

const length = fc.constantFrom(1, 2, 3, 5, 16, 17, 40, 130);

describe.runIf(getBackend() === 'wasm')('standard kernels', () => {
  const registeredBefore = hasKernel('SesameLinear');
  afterAll(() => (registeredBefore ? registerWasmKernels() : unregisterWasmKernels()));

  test('matMul, plain, transposed, in batches and with one side broadcast', async () => {
    const sizes = fc.record({ m: length, n: length, k: length, batch: fc.constantFrom(1, 2, 6), kind: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(sizes, fc.boolean(), fc.boolean(), async ({ m, n, k, batch, kind }, onA, onB) => {
        const [rowsA, rowsB] = [onA ? [k, m] : [m, k], onB ? [n, k] : [k, n]];
        const a = randomNormal(kind === 0 ? rowsA : kind === 1 ? [1, ...rowsA] : [batch, 3, ...rowsA]);
        const b = randomNormal(kind === 0 ? rowsB : kind === 2 ? [1, 1, ...rowsB] : [batch, 3, ...rowsB]);
        await expectTheSame(() => matMul(a, b, onA, onB));
        dispose([a, b]);
      }),
      { numRuns: 30 },
    );
  });

  test('the fused product, with what we know and with what stays with tfjs', async () => {
    const [a, b, bias] = [randomNormal([7, 5]), randomNormal([5, 18]), randomNormal([18])];
    const weights = randomNormal([18]);
    for (const activation of ['linear', 'relu', 'elu', 'sigmoid'] as const) {
      await expectTheSame(() => fused.matMul({ a: a as never, b: b as never, bias, activation }));
    }
    const prelu = { activation: 'prelu', preluActivationWeights: weights } as const;
    await expectTheSame(() => fused.matMul({ a: a as never, b: b as never, bias, ...prelu }));
    dispose([a, b, bias, weights]);
  });

  test('tanh, erf, sigmoid and exp, far out too', async () => {
    const x = tensor([...Array(401).keys()].map((i) => (i - 200) / 20).concat([-1e4, 1e4, 1e-6, -1e-6, 0]));
    await expectTheSame(() => tanh(x), 1e-6);
    await expectTheSame(() => sigmoid(x), 1e-6);
    await expectTheSame(() => erf(x), 1e-6);
    const bounded = tensor([...Array(173).keys()].map((i) => i - 86));
    const { expected, actual } = await bothWays(() => exp(bounded));
    for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! / value - 1)).toBeLessThan(3e-7);
    const ends = exp(tensor([-1e9, -Infinity, 90, Infinity, Number.NaN]));
    expect([...(await ends.data())]).toEqual([0, 0, Infinity, Infinity, Number.NaN]);
    dispose([x, bounded, ends]);
  });

  test('sums, differences and products of two tensors, alike by us and broadcast by tfjs', async () => {
    for (const op of [add, sub, mul]) {
      for (const size of [0, 1, 3, 4, 7, 5000]) {
        const [a, b, row] = [randomNormal([2, size]), randomNormal([2, size]), randomNormal([size])];
        for (const other of [b, row, a]) await expectTheSame(() => op(a, other), 0);
        dispose([a, b, row]);
      }
      const ends = [1e38, -1e38, Infinity, -Infinity, Number.NaN, 0, 1e-40];
      const [a, b] = [tensor(ends), tensor([...ends].reverse())];
      const { expected, actual } = await bothWays(() => op(a, b));
      expect([...actual]).toEqual([...expected]);
      dispose([a, b]);
      const ids = tensor([7, 8, 9], [3], 'int32');
      await expectTheSame(() => op(ids, ids), 0);
      ids.dispose();
    }
  });

  test('transpose: neighbours that change places by us, everything else by tfjs', async () => {
    const x = randomNormal([2, 3, 5, 17]);
    for (const perm of [
      [0, 2, 1, 3],
      [0, 1, 3, 2],
      [1, 0, 2, 3],
      [2, 3, 0, 1],
      [3, 0, 1, 2],
      [3, 2, 1, 0],
      [2, 1, 0, 3],
      [0, 1, 2, 3],
    ]) {
      const { expected, actual } = await bothWays(() => transpose(x, perm));
      expect([...actual]).toEqual([...expected]);
    }
    const nothing = zeros([2, 0, 3]);
    expect(transpose(nothing, [2, 1, 0]).shape).toEqual([3, 0, 2]);
    const ids = tensor([1, 2, 3, 4, 5, 6], [2, 3], 'int32');
    await expectTheSame(() => transpose(ids));
    dispose([x, ids]);
  });

  test('concat along any axis, of floats and whole numbers, some of them empty', async () => {
    const parts = [2, 1, 5, 0].map((length) => randomNormal([3, length, 7]));
    await expectTheSame(() => concat(parts, 1), 0);
    await expectTheSame(() => concat(parts, -2), 0);
    await expectTheSame(() => concat([parts[0]!, parts[0]!], 0), 0);
    await expectTheSame(() => concat([parts[0]!, parts[0]!, parts[0]!], 2), 0);
    const ids = [tensor([1, 2], [2, 1], 'int32'), tensor([3, 4, 5, 6], [2, 2], 'int32')];
    await expectTheSame(() => concat(ids, 1), 0);
    expect(() => concat([parts[0]!, parts[1]!], 0)).toThrow(/does not match the shape of the rest/);
    dispose([parts, ids]);
  });

  test('the gradient of gather works, and adds up where a row was taken twice', async () => {
    await registerWasmKernels();
    const x = tensor([1, 2, 3, 4, 5, 6], [3, 2]);
    const rows = tensor([2, 0, 2], [3], 'int32');
    const dx = grad((x: Tensor) => sum(mul(gather(x, rows as never), tensor([1, 10, 100], [3, 1]))))(x);
    expect([...(await dx.data())]).toEqual([10, 10, 0, 0, 101, 101]);
    const sums = unsortedSegmentSum(x, tensor([1, 0, 1], [3], 'int32') as never, 4);
    expect([...(await sums.data())]).toEqual([3, 4, 6, 8, 0, 0, 0, 0]);
    dispose([x, rows, dx, sums]);
  });

  test('copies share their numbers until one is changed in place', async () => {
    await registerWasmKernels();
    const before = memory().numDataBuffers;
    const x = ones([1000]);
    const copies = [clone(x), cast(x, 'float32'), reshape(x, [10, 100])];
    expect(memory().numDataBuffers - before).toBe(1);
    x.dispose();
    for (const copy of copies) expect((await copy.data())[999]).toBe(1);
    dispose(copies);
  });

  test('a model trained in place leaves a copy of its weights as it was', async () => {
    await registerWasmKernels();
    const model = new Perceptron([3, 6, 2]);
    const weights = [...namedParameters(model).values()].map(({ value }) => value);
    const copies = weights.map((weight) => clone(weight));
    const before = await Promise.all(copies.map((copy) => copy.data()));
    await fit(model, curveBatches(3, 2), { optimizer: adamW({ learningRate: 0.1 }), steps: 3 });
    for (const [i, copy] of copies.entries()) expect([...(await copy.data())]).toEqual([...before[i]!]);
    expect([...(await weights[0]!.data())]).not.toEqual([...before[0]!]);
    dispose(copies);
    model.dispose();
  });

  test('a product sees a weight that was changed where it lies', async () => {
    await registerWasmKernels();
    const x = ones([8, 64]);
    const [weight, ...slots] = [0, 1, 2].map(() => owned([64, 64]));
    const results = async () => {
      const products = [matMul(x as never, weight! as never), linear(x, weight!)];
      const values = await Promise.all(products.map(async (product) => (await product.data())[0]));
      dispose(products);
      return values;
    };
    expect(await results()).toEqual([64, 64]);
    // In place, as an optimizer does it: the same memory, other numbers.
    const before = weight!.dataId;
    const gradient = ones([64, 64]);
    const settings = {
      betas: [0, 0],
      epsilon: 0,
      biasCorrection: false,
      learningRate: 1,
      penalty: 0,
      weightDecay: 0,
    } as const;
    const context = { step: 0, updates: 1, gradientScale: 1 };
    const updated = adamUpdate({ value: weight!, gradient, slots }, settings, context);
    expect(updated[0]!.dataId).toBe(before);
    expect(await results()).toEqual([0, 0]); // 1 - 1 · 1 / sqrt(1)
    dispose([x, weight!, gradient, slots, updated as Tensor[]]);
  });

  test('gradients of a product are as with tfjs', async () => {
    const [a, b] = [randomNormal([2, 9, 5]), randomNormal([2, 7, 5])];
    const dy = randomNormal([2, 9, 7]);
    for (const index of [0, 1]) {
      await expectTheSame(() => {
        const all = grads((a: Tensor, b: Tensor) => sum(mul(matMul(a, b, false, true), dy)))([a, b]);
        all[1 - index]!.dispose();
        return all[index]!;
      });
    }
    dispose([a, b, dy]);
  });
});

/** A variable of ones that is the only one to have its numbers. */
function owned(shape: number[]): Tensor {
  const start = ones(shape);
  const owner = variable(start);
  start.dispose();
  return owner;
}
