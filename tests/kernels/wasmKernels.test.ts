// The accelerated kernels held to the composed ops, which are their contract, over sizes that no block divides.
import { dispose, getBackend, grads, memory, mul, sum, type Tensor, tanh, tensor, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { registerWasmKernels, unregisterWasmKernels } from 'sesame-nlp/kernels/wasm';
import { RandomStream } from 'sesame-nlp/nn';
import {
  attention,
  causalConvolution,
  chunkedAttention,
  crossEntropy,
  dropout,
  embeddingLookup,
  gelu,
  geluTanh,
  hasKernel,
  layerNorm,
  linear,
  relu,
  rmsNorm,
  rotary,
  silu,
  softmax,
} from 'sesame-nlp/ops';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const onWasm = getBackend() === 'wasm';
const registeredBefore = hasKernel('SesameLinear');

/** An op over tensors of given shapes, and those whose gradients are wanted. */
interface Case {
  readonly run: (...inputs: Tensor[]) => Tensor;
  readonly shapes: readonly (readonly number[])[];
  /** Inputs that no gradient is asked for, after those that one is. */
  readonly fixed?: readonly Tensor[];
  readonly differentiable?: boolean;
}

/** Sizes around the blocks of the kernels: vectors of 4, panels of 16, blocks of 64 queries, 120 rows and 256 columns. */
const SIZES = [1, 2, 3, 4, 5, 7, 15, 16, 17, 31, 33, 63, 65, 121, 257];
const size = fc.constantFrom(...SIZES);
const small = fc.constantFrom(1, 2, 3, 5, 7);
const numbers = (shape: readonly number[], random: RandomStream, scale: number) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * random.nextNormal()),
    [...shape],
  );
const ids = (shape: readonly number[], below: number, random: RandomStream) =>
  tensor(
    Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.nextSeed() % below),
    [...shape],
    'int32',
  );
/** 1 where a key may be seen; the first row of the batch sees none, if there are two. */
const padding = (batch: number, keys: number, random: RandomStream) =>
  tensor(
    Int32Array.from({ length: batch * keys }, (_, i) => (batch > 1 && i < keys ? 0 : random.nextSeed() & 1)),
    [batch, keys],
    'int32',
  );

/** A case for random sizes. */
type Draw = (sizes: { a: number; b: number; c: number; d: number; e: number }, random: RandomStream) => Case;

const cases: Record<string, Draw> = {
  gelu: ({ a, b }) => ({ run: (x) => gelu(x!), shapes: [[a, b]] }),
  geluTanh: ({ a, b }) => ({ run: (x) => geluTanh(x!), shapes: [[a, b]] }),
  relu: ({ a, b }) => ({ run: (x) => relu(x!), shapes: [[a, b]] }),
  silu: ({ a, b }) => ({ run: (x) => silu(x!), shapes: [[a, b]] }),
  softmax: ({ a, b }) => ({ run: (x) => softmax(x!), shapes: [[a, b]] }),
  'softmax with a mask that is broadcast': ({ a, b, c, d }, random) => ({
    run: (x, mask) => softmax(x!, mask),
    shapes: [[c, d, a, b]],
    fixed: [tensor(padding(c, b, random).dataSync(), [c, 1, 1, b], 'int32')],
  }),
  layerNorm: ({ a, b }) => ({ run: (x, weight, bias) => layerNorm(x!, weight!, bias!), shapes: [[a, b], [b], [b]] }),
  rmsNorm: ({ a, b }) => ({ run: (x, weight) => rmsNorm(x!, weight!), shapes: [[a, b], [b]] }),
  linear: ({ a, b, c }) => ({ run: (x, weight, bias) => linear(x!, weight!, bias), shapes: [[a, b], [b, c], [c]] }),
  'linear with a transposed weight': ({ a, b, c }) => ({
    run: (x, weight) => linear(x!, weight!, undefined, { transposeWeight: true }),
    shapes: [
      [a, b],
      [c, b],
    ],
  }),
  'linear with a residual and a function at the end': ({ a, b, c, d }) => ({
    run: (x, weight, bias, residual) =>
      linear(x!, weight!, bias, { residual, activation: [gelu, geluTanh, relu, silu, tanh][d % 5] }),
    shapes: [[a, b], [b, c], [c], [a, c]],
  }),
  'attention: causal': ({ a, c, d, e }) => ({
    run: (query, key, value) => attention(query!, key!, value!, { causal: true }),
    shapes: [
      [c, d, a, e],
      [c, d, a, e],
      [c, d, a, e],
    ],
  }),
  'attention: cross, padded, with a bias that heads share': ({ a, b, c, d, e }, random) => ({
    run: (query, key, value, bias, mask) => attention(query!, key!, value!, { mask, bias }),
    shapes: [
      [c, d, a, e],
      [c, d, b, e],
      [c, d, b, 3],
      [1, d, 1, b],
    ],
    fixed: [padding(c, b, random)],
  }),
  'attention: causal, padded, with dropout, more queries or more keys': ({ a, b, c, d, e }, random) => ({
    run: (query, key, value, mask) =>
      attention(query!, key!, value!, { causal: true, mask, dropout: { rate: 0.3, seed: -7 } }),
    shapes: [
      [c, d, a, e],
      [c, d, b, e],
      [c, d, b, e],
    ],
    fixed: [padding(c, b, random)],
  }),
  chunkedAttention: ({ a, b, c, d, e }, random) => ({
    run: (query, ...rest) => {
      const [mask, ...parts] = [rest.at(-1), ...rest.slice(0, -1)] as [Tensor, ...Tensor[]];
      const chunks = [
        { key: parts[0]!, value: parts[1]! },
        { key: parts[2]!, value: parts[3]! },
      ];
      return tidy(() => chunkedAttention(query!, chunks, { mask }).context);
    },
    shapes: [
      [c, d, 1, e],
      [c, d, a, e],
      [c, d, a, 5],
      [c, d, b, e],
      [c, d, b, 5],
    ],
    fixed: [padding(c, a + b, random)],
    differentiable: false,
  }),
  embeddingLookup: ({ a, b, c }, random) => ({
    run: (table, rows) => embeddingLookup(table!, rows!),
    shapes: [[a, b]],
    fixed: [ids([c, 3], a, random)],
  }),
  crossEntropy: ({ a, b }, random) => ({
    run: (logits, labels) => crossEntropy(logits!, labels!, { reduction: 'none', labelSmoothing: 0.1, ignoreIndex: 0 }),
    shapes: [[a, b]],
    fixed: [ids([a], b, random)],
  }),
  dropout: ({ a, b }) => ({ run: (x) => dropout(x!, 0.4, 123456789), shapes: [[a, b]] }),
  causalConvolution: ({ a, b, c, d }) => ({
    run: (x, taps) => causalConvolution(x!, taps!, { residual: a % 2 === 0 }),
    shapes: [
      [c, a, b],
      [d, b],
    ],
  }),
  rotary: ({ a, b, c, d }, random) => ({
    run: (x, cosine, sine) => rotary(x!, cosine!, sine!),
    shapes: [[c, d, a, 2 * b]],
    fixed: [numbers([1, 1, a, 2 * b], random, 1), numbers([1, 1, a, 2 * b], random, 1)],
  }),
};

/** The op's output and gradients, as numbers. */
async function results({ run, fixed = [], differentiable = true }: Case, inputs: readonly Tensor[], dy?: Tensor) {
  const output = run(...inputs, ...fixed);
  const found = [output];
  if (differentiable) {
    found.push(...grads((...xs: Tensor[]) => sum(mul(run(...xs, ...fixed), dy!)))([...inputs]));
  }
  const values = await Promise.all(found.map((tensor) => tensor.data<'float32'>()));
  const { shape } = output;
  dispose(found);
  return { values, shape };
}

/** Runs a case with kernels and without. */
async function bothWays(draw: Case, inputs: readonly Tensor[], dy: Tensor | undefined) {
  unregisterWasmKernels();
  const composed = await results(draw, inputs, dy);
  await registerWasmKernels();
  const before = memory().numTensors;
  const fused = await results(draw, inputs, dy);
  expect(memory().numTensors).toBe(before);
  return { composed, fused };
}

/**
 * Largest difference, as a share of the largest number expected, or of what cancelled out to leave it: sums of a
 * different order differ in the last digits.
 */
function difference(actual: Float32Array, expected: Float32Array, scale: number): number {
  const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), scale * scale);
  return actual.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!) / largest), 0);
}

describe.runIf(onWasm)('wasm kernels', () => {
  beforeAll(() => registerWasmKernels());
  afterAll(() => {
    if (!registeredBefore) unregisterWasmKernels();
  });

  const sizes = fc.record({ a: size, b: size, c: small, d: small, e: size });

  test.each(Object.entries(cases))('%s: as composed, forward and backward, at any size', async (_, draw) => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer(), fc.constantFrom(1, 1, 30), async (drawn, seed, scale) => {
        const random = new RandomStream(seed);
        const drawnCase = draw(drawn, random);
        const inputs = drawnCase.shapes.map((shape) => numbers(shape, random, scale));
        unregisterWasmKernels();
        const output = drawnCase.run(...inputs, ...(drawnCase.fixed ?? []));
        const dy = numbers(output.shape, random, 1);
        const { composed, fused } = await bothWays(drawnCase, inputs, dy);
        expect(fused.shape).toEqual(composed.shape);
        for (const [index, expected] of composed.values.entries()) {
          const found = difference(fused.values[index]! as Float32Array, expected as Float32Array, scale);
          expect(found, `output or gradient ${index}`).toBeLessThan(scale === 1 ? 1e-4 : 2e-3);
        }
        dispose([inputs, output, dy, ...(drawnCase.fixed ?? [])]);
      }),
      { numRuns: 25 },
    );
  });

  test.each(Object.entries(cases))('%s: a batch of nothing gives nothing', async (name, draw) => {
    const random = new RandomStream(1);
    const drawn = draw({ a: 3, b: 5, c: 2, d: 2, e: 4 }, random);
    if (drawn.fixed !== undefined) return; // made for a batch of their own
    const shapes = drawn.shapes.map((shape, index) =>
      index === 0 || index === 3 || name.startsWith('attention') ? [0, ...shape.slice(1)] : shape,
    );
    const inputs = shapes.map((shape) => numbers(shape, random, 1));
    await registerWasmKernels();
    const output = drawn.run(...inputs);
    expect(output.shape[0]).toBe(0);
    expect(await output.data()).toHaveLength(0);
    dispose([inputs, output]);
  });

  test.each(Object.entries(cases))('%s: numbers up to 1e4 stay finite, and NaN stays NaN', async (_, draw) => {
    const random = new RandomStream(5);
    const drawnCase = draw({ a: 17, b: 33, c: 2, d: 2, e: 7 }, random);
    const inputs = drawnCase.shapes.map((shape) => numbers(shape, random, 4e3));
    await registerWasmKernels();
    const output = drawnCase.run(...inputs, ...(drawnCase.fixed ?? []));
    const dy = numbers(output.shape, random, 1);
    const large = await results(drawnCase, inputs, dy);
    for (const values of large.values) expect([...values].every(Number.isFinite)).toBe(true);
    const broken = inputs.map((input) => {
      const values = input.dataSync().slice();
      values.fill(Number.NaN);
      return tensor(values, input.shape);
    });
    const nan = await results({ ...drawnCase, differentiable: false }, broken);
    const hidden = drawnCase.fixed !== undefined; // a mask hides some, dropout drops some
    const share = [...nan.values[0]!].filter(Number.isNaN).length / nan.values[0]!.length;
    if (hidden) expect(share).toBeGreaterThan(0);
    else expect(share).toBe(1);
    dispose([inputs, output, dy, broken, ...(drawnCase.fixed ?? [])]);
  });
});
