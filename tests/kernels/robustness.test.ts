// What a kernel could do to memory that is not its own, or to what tfjs remembers of it.
import {
  backend,
  dispose,
  fused,
  getBackend,
  memory,
  ones,
  prelu,
  randomNormal,
  type Tensor,
  type Tensor2D,
  tensor,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { BackendError, ShapeError } from 'sesame-nlp/errors';
import { registerWasmKernels, unregisterWasmKernels } from 'sesame-nlp/kernels/wasm';
import { Parameter } from 'sesame-nlp/nn';
import {
  attention,
  chunkedAttention,
  embeddingLookup,
  gelu,
  hasKernel,
  layerNorm,
  linear,
  relu,
  rotary,
  softmax,
} from 'sesame-nlp/ops';
import { adamW, type UpdateRule } from 'sesame-nlp/training';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

describe.runIf(getBackend() === 'wasm')('kernels', () => {
  const registeredBefore = hasKernel('SesameLinear');
  beforeAll(() => registerWasmKernels());
  afterAll(() => (registeredBefore ? registerWasmKernels() : unregisterWasmKernels()));

  const read = async (make: () => Tensor) => {
    const made = tidy(make);
    const values = [...(await made.data())];
    made.dispose();
    return values;
  };

  test('an update in place is seen by kernels of tfjs that keep packed copies', async () => {
    const x = tensor([-1, -2, -3, -4], [1, 4]) as Tensor2D;
    const parameter = new Parameter([4, 4], () => new Float32Array(16).fill(1));
    const slope = new Parameter([4], () => new Float32Array(4).fill(1));
    const results = async () => [
      await read(() => fused.matMul({ a: x, b: parameter.value as Tensor2D, activation: 'elu' })),
      await read(() => prelu(x, slope.value)),
    ];
    expect((await results())[1]).toEqual([-1, -2, -3, -4]);
    for (const trained of [parameter, slope]) {
      const rule = adamW({ learningRate: 0.5, weightDecay: 0 }).ruleFor('weight', trained) as UpdateRule;
      tidy(() => {
        const gradient = ones([...trained.shape]);
        const slots = [zeros([...trained.shape]), zeros([...trained.shape])];
        const context = { step: 0, updates: 1, gradientScale: 1 };
        const [value] = rule.update({ value: trained.variable, gradient, slots }, context);
        trained.assign(value!);
      });
    }
    const trained = await results();
    for (const [index, value] of trained[1]!.entries()) expect(value).toBeCloseTo(-0.5 * (index + 1), 4);
    for (const value of trained[0]!) expect(value).toBeCloseTo(Math.expm1(-5), 4);
    unregisterWasmKernels();
    expect((await results())[1]).toEqual(trained[1]);
    await registerWasmKernels();
    dispose(x);
    parameter.dispose();
    slope.dispose();
  });

  test('whole numbers and flags are read as the numbers that they are', async () => {
    const whole = tensor([1, -2, 3, 4, 5, 6], [2, 3], 'int32');
    const flags = tensor([true, false, true, true, false, false], [2, 3], 'bool');
    const weight = randomNormal([3, 2]);
    const ops: ((x: Tensor) => Tensor)[] = [
      (x) => linear(x, weight),
      gelu,
      relu,
      (x) => layerNorm(x, ones([3]), zeros([3])),
      (x) => linear(randomNormal([2, 3], 0, 1, 'float32', 7), weight, undefined, { residual: linear(x, weight) }),
    ];
    for (const op of ops) {
      for (const [x, floats] of [
        [whole, [1, -2, 3, 4, 5, 6]],
        [flags, [1, 0, 1, 1, 0, 0]],
      ] as const) {
        const expected = await read(() => op(tensor([...floats], [2, 3])));
        const actual = await read(() => op(x));
        for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 5);
      }
    }
    dispose([whole, flags, weight]);
  });

  test('a fused bias that is no row stays with tfjs', () => {
    const [a, b, column] = [ones([3, 3]), ones([3, 3]), ones([3, 1])];
    expect(() => tidy(() => fused.matMul({ a: a as Tensor2D, b: b as Tensor2D, bias: column }))).toThrow();
    dispose([a, b, column]);
  });

  test('a product of nothing is the bias', async () => {
    expect(await read(() => linear(zeros([2, 0]), zeros([0, 3]), tensor([1, 2, 3])))).toEqual([1, 2, 3, 1, 2, 3]);
    expect(await read(() => linear(zeros([2, 0]), zeros([0, 3])))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  const heads = (...shape: number[]) => zeros(shape);
  test.each<[string, () => unknown]>([
    [
      'a bias for other keys',
      () => attention(heads(1, 1, 8, 4), heads(1, 1, 8, 4), heads(1, 1, 8, 4), { bias: heads(1, 1, 8, 2) }),
    ],
    [
      'a bias for other heads',
      () => attention(heads(1, 2, 8, 4), heads(1, 2, 8, 4), heads(1, 2, 8, 4), { bias: heads(1, 3, 8, 8) }),
    ],
    ['angles for less time', () => rotary(heads(1, 1, 4, 4), heads(1, 1, 3, 4), heads(1, 1, 3, 4))],
    ['angles for each head', () => rotary(heads(1, 2, 4, 4), heads(1, 2, 4, 4), heads(1, 2, 4, 4))],
    ['sines of another batch', () => rotary(heads(2, 1, 4, 4), heads(2, 1, 4, 4), heads(1, 1, 4, 4))],
    ['a narrow mask', () => softmax(zeros([2, 5]), ones([2, 3]))],
    [
      'a short mask of chunks',
      () =>
        chunkedAttention(heads(1, 1, 1, 4), [{ key: heads(1, 1, 5, 4), value: heads(1, 1, 5, 4) }], {
          mask: ones([1, 3]),
        }),
    ],
    [
      'a chunk of another head size',
      () => chunkedAttention(heads(1, 1, 1, 4), [{ key: heads(1, 1, 5, 3), value: heads(1, 1, 5, 4) }]),
    ],
    ['a weight of three axes', () => linear(zeros([2, 3]), zeros([3, 2, 2]))],
    ['a table of three axes', () => embeddingLookup(zeros([3, 2, 2]), tensor([0], [1], 'int32'))],
  ])('%s is a ShapeError, and nothing is written', (_, call) => {
    const before = memory().numTensors;
    expect(() => tidy(() => void call())).toThrow(ShapeError);
    expect(memory().numTensors).toBe(before);
  });

  test('an op that finds the heap full leaves nothing behind', () => {
    const wasm = (backend() as unknown as { wasm: { _malloc(bytes: number): number } }).wasm;
    const [x, weight, table] = [randomNormal([40, 30]), randomNormal([30, 20]), ones([20])];
    const allocate = wasm._malloc;
    const before = memory();
    for (const op of [() => linear(x, weight), () => layerNorm(linear(x, weight), table, table)]) {
      for (let refused = 1; refused < 5; refused++) {
        let calls = 0;
        wasm._malloc = (bytes) => {
          if (++calls === refused) throw new BackendError('full', { value: bytes });
          return allocate(bytes);
        };
        try {
          tidy(() => void op());
        } catch (error) {
          expect(error).toBeInstanceOf(BackendError);
        } finally {
          wasm._malloc = allocate;
        }
      }
    }
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numDataBuffers).toBe(before.numDataBuffers);
    dispose([x, weight, table]);
  });
});
