// Every op runs a kernel of its name where the backend has one, in both directions.
import {
  dispose,
  getBackend,
  grads,
  memory,
  registerKernel,
  sum,
  type Tensor,
  type TensorInfo,
  tensor,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import {
  attention,
  attentionWeights,
  causalConvolution,
  chunkedAttention,
  crossEntropy,
  dispatch,
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
import { afterEach, describe, expect, test } from 'vitest';

interface Seen {
  readonly name: string;
  readonly inputs: Record<string, readonly number[]>;
  readonly attributes: Record<string, unknown>;
}

const seen: Seen[] = [];
const registered: string[] = [];
afterEach(() => {
  for (const name of registered.splice(0)) unregisterKernel(name, getBackend());
  seen.length = 0;
});

/** Registers a kernel that answers with these shapes, filled with its own number: nothing a composition would give. */
function fakeKernel(name: string, shapes: readonly (readonly number[])[], filledWith: number) {
  registerKernel({
    kernelName: name,
    backendName: getBackend(),
    kernelFunc: ({ inputs, attrs }) => {
      const present = Object.entries(inputs as Record<string, TensorInfo>);
      seen.push({
        name,
        inputs: Object.fromEntries(present.map(([key, { shape }]) => [key, shape])),
        attributes: { ...attrs },
      });
      const outputs = shapes.map((shape) => tensor(Array<number>(size(shape)).fill(filledWith), [...shape]));
      return outputs.length === 1 ? outputs[0]! : outputs;
    },
  });
  registered.push(name);
}

const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
const numbers = (...shape: number[]) =>
  tensor(
    Float32Array.from({ length: size(shape) }, (_, i) => 0.1 * i),
    shape,
  );
const ids = (...values: number[]) => tensor(values, [values.length], 'int32');

interface Case {
  readonly op: (...inputs: Tensor[]) => Tensor;
  /** What gradients are wanted of. */
  readonly inputs: readonly (readonly number[])[];
  readonly forward: {
    readonly name: string;
    readonly shapes: readonly (readonly number[])[];
    readonly takes: string[];
  };
  readonly attributes?: Record<string, unknown>;
  /** Kernels of the backward direction, each with the shapes it answers with and the inputs whose gradients those are. */
  readonly backward: readonly {
    readonly name: string;
    readonly shapes: readonly (readonly number[])[];
    readonly takes: string[];
  }[];
}

const ofEachEntry = (op: (x: Tensor) => Tensor, name: string): Case => ({
  op,
  inputs: [[2, 3]],
  forward: { name, shapes: [[2, 3]], takes: ['x'] },
  backward: [{ name: `${name}Grad`, shapes: [[2, 3]], takes: ['dy', 'x'] }],
});

const cases: Record<string, Case> = {
  gelu: ofEachEntry(gelu, 'SesameGelu'),
  geluTanh: ofEachEntry(geluTanh, 'SesameGeluTanh'),
  relu: ofEachEntry(relu, 'SesameRelu'),
  silu: ofEachEntry(silu, 'SesameSilu'),
  softmax: {
    op: (x) => softmax(x, numbers(3)),
    inputs: [[2, 3]],
    forward: { name: 'SesameSoftmax', shapes: [[2, 3]], takes: ['logits', 'mask'] },
    backward: [{ name: 'SesameSoftmaxGrad', shapes: [[2, 3]], takes: ['dy', 'probabilities'] }],
  },
  layerNorm: {
    op: (x, weight, bias) => layerNorm(x, weight!, bias!, 1e-3),
    inputs: [[2, 3], [3], [3]],
    forward: {
      name: 'SesameLayerNorm',
      shapes: [
        [2, 3],
        [2, 1],
        [2, 1],
      ],
      takes: ['x', 'weight', 'bias'],
    },
    attributes: { epsilon: 1e-3 },
    backward: [
      { name: 'SesameLayerNormGrad', shapes: [[2, 3], [3], [3]], takes: ['dy', 'x', 'weight', 'mean', 'scale'] },
    ],
  },
  rmsNorm: {
    op: (x, weight) => rmsNorm(x, weight!, 1e-3),
    inputs: [[2, 3], [3]],
    forward: {
      name: 'SesameRmsNorm',
      shapes: [
        [2, 3],
        [2, 1],
      ],
      takes: ['x', 'weight'],
    },
    attributes: { epsilon: 1e-3 },
    backward: [{ name: 'SesameRmsNormGrad', shapes: [[2, 3], [3]], takes: ['dy', 'x', 'weight', 'scale'] }],
  },
  linear: {
    op: (x, weight, bias) => linear(x, weight!, bias),
    inputs: [[2, 3], [3, 4], [4]],
    forward: { name: 'SesameLinear', shapes: [[2, 4]], takes: ['x', 'weight', 'bias'] },
    attributes: { transposeWeight: false, activation: 'none' },
    backward: [
      { name: 'SesameLinearInputGrad', shapes: [[2, 3]], takes: ['dy', 'weight'] },
      { name: 'SesameLinearWeightGrad', shapes: [[3, 4]], takes: ['dy', 'x'] },
    ],
  },
  attention: {
    op: (query, key, value, bias) =>
      attention(query, key!, value!, {
        bias,
        causal: true,
        mask: tensor([1, 1, 1], [1, 3], 'int32'),
        scale: 0.5,
        dropout: { rate: 0.25, seed: 7 },
      }),
    inputs: [
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 5],
      [1, 2, 1, 1],
    ],
    forward: {
      name: 'SesameAttention',
      shapes: [
        [1, 2, 3, 5],
        [1, 2, 3],
      ],
      takes: ['query', 'key', 'value', 'mask', 'bias'],
    },
    attributes: { causal: true, scale: 0.5, dropoutRate: 0.25, dropoutSeed: 7 },
    backward: [
      {
        name: 'SesameAttentionGrad',
        shapes: [
          [1, 2, 3, 4],
          [1, 2, 3, 4],
          [1, 2, 3, 5],
          [1, 2, 1, 1],
        ],
        takes: ['dy', 'query', 'key', 'value', 'context', 'kept', 'mask', 'bias'],
      },
    ],
  },
  embeddingLookup: {
    op: (table) => embeddingLookup(table, ids(1, 1, 0)),
    inputs: [[4, 2]],
    forward: { name: 'SesameEmbeddingLookup', shapes: [[3, 2]], takes: ['table', 'ids'] },
    backward: [{ name: 'SesameEmbeddingLookupGrad', shapes: [[4, 2]], takes: ['dy', 'ids'] }],
  },
  dropout: {
    op: (x) => dropout(x, 0.25, 9),
    inputs: [[2, 3]],
    forward: { name: 'SesameDropout', shapes: [[2, 3]], takes: ['x'] },
    attributes: { rate: 0.25, seed: 9 },
    backward: [], // the same kernel again
  },
  crossEntropy: {
    op: (logits) => crossEntropy(logits, ids(1, 0), { reduction: 'none', labelSmoothing: 0.1 }),
    inputs: [[2, 3]],
    forward: { name: 'SesameCrossEntropy', shapes: [[2], [2, 3]], takes: ['logits', 'labels'] },
    attributes: { ignoreIndex: -100, labelSmoothing: 0.1 },
    backward: [{ name: 'SesameCrossEntropyGrad', shapes: [[2, 3]], takes: ['dy', 'logits', 'labels', 'kept'] }],
  },
  causalConvolution: {
    op: (x, taps) => causalConvolution(x, taps!),
    inputs: [
      [1, 4, 2],
      [3, 2],
    ],
    forward: { name: 'SesameCausalConvolution', shapes: [[1, 4, 2]], takes: ['x', 'taps'] },
    attributes: { residual: false },
    backward: [
      {
        name: 'SesameCausalConvolutionGrad',
        shapes: [
          [1, 4, 2],
          [3, 2],
        ],
        takes: ['dy', 'x', 'taps'],
      },
    ],
  },
  rotary: {
    op: (x) => rotary(x, numbers(1, 1, 2, 4), numbers(1, 1, 2, 4)),
    inputs: [[1, 2, 2, 4]],
    forward: { name: 'SesameRotary', shapes: [[1, 2, 2, 4]], takes: ['x', 'cosine', 'sine'] },
    attributes: { direction: 1 },
    backward: [], // the same kernel, the other way round
  },
};

describe.each(Object.entries(cases))('%s', (_, { op, inputs, forward, attributes, backward }) => {
  test('a kernel of its name replaces the composition forward, with its tensors and attributes', async () => {
    fakeKernel(forward.name, forward.shapes, 41);
    const given = inputs.map((shape) => numbers(...shape));
    const output = op(...given);
    expect(new Set(await output.data())).toEqual(new Set([41]));
    expect(output.shape).toEqual(forward.shapes[0]);
    expect(seen.map(({ name }) => name)).toEqual([forward.name]);
    expect(Object.keys(seen[0]!.inputs).sort()).toEqual([...forward.takes].sort());
    expect(seen[0]!.attributes).toEqual(attributes ?? {});
    dispose([given, output]);
  });

  test('kernels of its gradient replace the composition backward, with or without one forward', async () => {
    for (const forwardToo of [false, true]) {
      if (forwardToo) fakeKernel(forward.name, forward.shapes, 41);
      if (!forwardToo) for (const { name, shapes } of backward) fakeKernel(name, shapes, 43);
      const given = inputs.map((shape) => numbers(...shape));
      const gradients = grads((...xs: Tensor[]) => sum(op(...xs)))(given);
      for (const [index, gradient] of gradients.entries()) {
        expect(gradient.shape).toEqual(inputs[index]);
        const isLinearBias = forward.name === 'SesameLinear' && index === 2;
        const fromKernel = backward.length > 0 ? 43 : 41;
        if (!isLinearBias && (backward.length > 0 || forwardToo)) {
          expect(new Set(await gradient.data())).toEqual(new Set([fromKernel]));
        }
      }
      for (const { name, takes } of backward) {
        const call = seen.find((kernel) => kernel.name === name)!;
        expect(Object.keys(call.inputs).sort()).toEqual([...takes].sort());
      }
      dispose([given, gradients]);
      seen.length = 0;
    }
  });

  test('without a kernel the composition runs again, and nothing leaks', () => {
    fakeKernel(forward.name, forward.shapes, 41);
    unregisterKernel(forward.name, getBackend());
    registered.length = 0;
    expect(hasKernel(forward.name)).toBe(false);
    const given = inputs.map((shape) => numbers(...shape));
    op(...given).dispose();
    expect(seen).toEqual([]);
    dispose(given);
  });
});

test('a rotary gradient turns the other way in the same kernel', () => {
  fakeKernel('SesameRotary', [[1, 2, 2, 4]], 41);
  const x = numbers(1, 2, 2, 4);
  dispose(grads((x: Tensor) => sum(cases.rotary!.op(x)))([x]));
  expect(seen.map(({ attributes }) => attributes.direction)).toEqual([1, -1]);
  x.dispose();
});

test('the weights of attention are the softmax kernel’s', async () => {
  fakeKernel('SesameSoftmax', [[1, 1, 2, 2]], 41);
  const [query, key] = [numbers(1, 1, 2, 3), numbers(1, 1, 2, 3)];
  const weights = attentionWeights(query, key);
  expect(new Set(await weights.data())).toEqual(new Set([41]));
  dispose([query, key, weights]);
});

test('chunked attention hands all chunks to one kernel', async () => {
  fakeKernel(
    'SesameChunkedAttention',
    [
      [1, 1, 1, 3],
      [1, 1, 1, 5],
    ],
    41,
  );
  const before = memory().numTensors;
  const query = numbers(1, 1, 1, 3);
  const chunks = [2, 3].map((tokens) => ({ key: numbers(1, 1, tokens, 3), value: numbers(1, 1, tokens, 3) }));
  const { context, weights } = chunkedAttention(query, chunks);
  expect(new Set(await context.data())).toEqual(new Set([41]));
  expect(seen[0]!.inputs).toEqual({
    query: [1, 1, 1, 3],
    key0: [1, 1, 2, 3],
    value0: [1, 1, 2, 3],
    key1: [1, 1, 3, 3],
    value1: [1, 1, 3, 3],
  });
  expect(seen[0]!.attributes).toEqual({ chunks: 2, scale: 1 / Math.sqrt(3) });
  dispose([query, context, weights, ...chunks.flatMap(({ key, value }) => [key, value])]);
  expect(memory().numTensors).toBe(before);
});

test('a stranger dispatches an op of their own by the same means', () => {
  const x = numbers(2);
  expect(dispatch('StrangersOp', { x, absent: undefined }, {}, () => x)).toBe(x);
  fakeKernel('StrangersOp', [[2]], 41);
  const output = dispatch('StrangersOp', { x, absent: undefined }, {}, () => x);
  expect(output).not.toBe(x);
  expect(seen[0]!.inputs).toEqual({ x: [2] });
  dispose([x, output]);
});
