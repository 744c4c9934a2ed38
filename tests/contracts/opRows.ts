// The rows of sesame-nlp/ops.
import { cast, getBackend, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { RandomStream } from 'sesame-nlp/nn';
import {
  attention,
  attentionWeights,
  causalConvolution,
  chunkedAttention,
  countedLabels,
  crossEntropy,
  dropout,
  dropoutMask,
  embeddingLookup,
  encodeInt8,
  gelu,
  geluTanh,
  layerNorm,
  linear,
  packMatrix,
  relu,
  rmsNorm,
  rotary,
  silu,
  softmax,
} from 'sesame-nlp/ops';
import { draw, type Input, once, type Row } from './row.js';

// Made once, so that a refusal that leaks is seen by the second one.
const any = once((...shape: number[]) => draw({ shape }, shape, new RandomStream(3)));
const ids = once((...shape: number[]) => draw({ shape, below: 2 }, shape, new RandomStream(3)));
const shared = (...shape: number[]): Input => ({ shape, shared: true });
const x: Input = { shape: [3, 5] };
const [query, key] = [
  { shape: [2, 3, 4, 6], timeAxis: 2 },
  { shape: [2, 3, 4, 6], timeAxis: 2 },
] as const satisfies Input[];

/** Functions of each entry on its own refuse nothing: every number has a value. */
const activations: Row[] = Object.entries({ gelu, geluTanh, relu, silu }).map(([name, op]) => ({
  title: name,
  covers: [name],
  inputs: [x],
  output: x.shape,
  build: () => ({ run: ([x]) => op(x!) }),
}));

const attentions: Row[] = [false, true].flatMap((causal) =>
  [false, true].map(
    (biased): Row => ({
      title: `attention${causal ? ', causal' : ''}${biased ? ', with a bias' : ''}`,
      covers: ['attention'],
      inputs: [query, key, { shape: [2, 3, 4, 2], timeAxis: 2 }, ...(biased ? [shared(1, 3, 1, 1)] : [])],
      output: [2, 3, 4, 2],
      outputTimeAxis: 2,
      build: () => ({
        run: ([query, key, value, bias], { attentionMask, training, random }) =>
          attention(query!, key!, value!, {
            causal,
            mask: attentionMask,
            bias,
            dropout: training ? { rate: 0.4, seed: random!.nextSeed() } : undefined,
          }),
      }),
      masked: true,
      dropout: true,
      refusals: [
        () => attention(any(2, 4, 6), any(2, 4, 6), any(2, 4, 6)),
        () => attention(any(1, 2, 3, 4), any(1, 2, 3, 5), any(1, 2, 3, 4)),
        () => attention(any(1, 2, 3, 4), any(1, 2, 3, 4), any(1, 2, 5, 4)),
        () => attention(any(1, 2, 3, 4), any(1, 2, 3, 4), any(1, 2, 3, 4), { mask: ids(1, 4) }),
        () => attention(any(1, 2, 3, 4), any(1, 2, 3, 4), any(1, 2, 3, 4), { mask: ids(3) }),
      ],
    }),
  ),
);

const [PACKED, INT8] = [0, 1];

/** A weight in another form, made once on each backend from fixed numbers: webgpu cannot hand its own on to another. */
const encoded = (form: number, first: number, second: number, outputAxis: 0 | 1) =>
  encodedOn(BACKENDS.indexOf(getBackend()), form, first, second, outputAxis);
const BACKENDS = ['cpu', 'wasm', 'webgl', 'webgpu'];
const encodedOn = once((_backend, form: number, first: number, second: number, outputAxis: number) => {
  const random = new RandomStream(21);
  const values = Float32Array.from({ length: first * second }, () => random.nextNormal());
  const options = { shape: [first, second], outputAxis: outputAxis === 0 ? 0 : 1 } as const;
  if (form === INT8) return encodeInt8(values, options).matrix;
  const matrix = tensor2d(values, [first, second]);
  const packed = packMatrix(matrix, options.outputAxis);
  matrix.dispose();
  return packed;
});

/** Ops over such weights. */
const encodedRows: readonly Row[] = Object.entries({ PackedMatrix: PACKED, Int8Matrix: INT8 }).flatMap(
  ([name, form]): Row[] => [
    {
      title: `linear: ${name}`,
      covers: ['linear', name, 'EncodedMatrix', form === INT8 ? 'encodeInt8' : 'packMatrix'],
      inputs: [{ shape: [2, 3, 5] }, shared(7)],
      output: [2, 3, 7],
      build: () => ({ run: ([x, bias]) => linear(x!, encoded(form, 5, 7, 1), bias!) }),
      refusals: [
        () => linear(any(2, 3), encoded(form, 5, 7, 1)),
        () => linear(any(2, 5), encoded(form, 5, 7, 1), any(5)),
      ],
      roughly: form === INT8,
    },
    {
      title: `embeddingLookup: ${name}`,
      covers: ['embeddingLookup', name],
      inputs: [{ shape: [2, 5], below: 6 }],
      output: [2, 5, 3],
      build: () => ({ run: ([ids]) => embeddingLookup(encoded(form, 6, 3, 0), ids!) }),
      differentiable: false,
      refusals: [() => embeddingLookup(encoded(form, 6, 3, 0), any(2, 5))],
    },
  ],
);

export const opRows: readonly Row[] = [
  ...activations,
  ...attentions,
  ...encodedRows,
  {
    title: 'attentionWeights',
    covers: ['attentionWeights'],
    inputs: [query, { shape: [2, 3, 5, 6] }],
    output: [2, 3, 4, 5],
    build: () => ({ run: ([query, key]) => attentionWeights(query!, key!, { causal: true }) }),
    refusals: [
      () => attentionWeights(any(2, 4, 6), any(2, 4, 6)),
      () => attentionWeights(any(1, 1, 3, 4), any(1, 1, 3, 4), { mask: ids(1, 4) }),
    ],
  },
  {
    title: 'chunkedAttention',
    covers: ['chunkedAttention'],
    inputs: [{ shape: [2, 3, 1, 6] }, key, key, { shape: [2, 3, 2, 6] }, { shape: [2, 3, 2, 6] }],
    output: [2, 3, 1, 6],
    build: () => ({
      run: ([query, firstKey, firstValue, secondKey, secondValue]) =>
        tidy(() => {
          const chunks = [
            { key: firstKey!, value: firstValue! },
            { key: secondKey!, value: secondValue! },
          ];
          return chunkedAttention(query!, chunks).context;
        }),
    }),
    differentiable: false,
  },
  {
    title: 'linear',
    covers: ['linear'],
    inputs: [{ shape: [2, 3, 5] }, shared(5, 4), shared(4)],
    output: [2, 3, 4],
    build: () => ({ run: ([x, weight, bias]) => linear(x!, weight!, bias!) }),
    refusals: [
      () => linear(any(2, 3), any(4, 2)),
      () => linear(any(2, 3), any(4, 2), undefined, { transposeWeight: true }),
      () => linear(any(2, 3), any(3, 2), any(3)),
    ],
  },
  {
    title: 'linear: with a residual and a function at the end',
    covers: ['linear'],
    inputs: [{ shape: [2, 3, 5] }, shared(5, 4), shared(4), { shape: [2, 3, 4] }],
    output: [2, 3, 4],
    build: () => ({
      run: ([x, weight, bias, residual]) => linear(x!, weight!, bias!, { residual, activation: geluTanh }),
    }),
    refusals: [() => linear(any(2, 3), any(3, 2), undefined, { residual: any(2, 3) })],
  },
  {
    title: 'linear: a transposed weight, rows enough for a copy to pay',
    covers: ['linear'],
    inputs: [{ shape: [9, 5] }, shared(4, 5)],
    output: [9, 4],
    build: () => ({ run: ([x, weight]) => linear(x!, weight!, undefined, { transposeWeight: true }) }),
  },
  {
    title: 'embeddingLookup',
    covers: ['embeddingLookup'],
    inputs: [shared(4, 3), { shape: [2, 5], below: 4 }],
    output: [2, 5, 3],
    build: () => ({ run: ([table, ids]) => embeddingLookup(table!, ids!) }),
    refusals: [() => embeddingLookup(any(4, 3), any(2, 5))],
  },
  {
    title: 'layerNorm',
    covers: ['layerNorm'],
    inputs: [{ shape: [2, 3, 5] }, shared(5), shared(5)],
    output: [2, 3, 5],
    build: () => ({ run: ([x, weight, bias]) => layerNorm(x!, weight!, bias!) }),
    refusals: [() => layerNorm(any(2, 3), any(4), any(4)), () => layerNorm(any(2, 1), any(4), any(4))],
  },
  {
    title: 'rmsNorm',
    covers: ['rmsNorm'],
    inputs: [{ shape: [2, 3, 5] }, shared(5)],
    output: [2, 3, 5],
    build: () => ({ run: ([x, weight]) => rmsNorm(x!, weight!) }),
    refusals: [() => rmsNorm(any(2, 3), any(4)), () => rmsNorm(any(2, 1), any(4))],
  },
  {
    title: 'softmax',
    covers: ['softmax'],
    inputs: [x],
    output: x.shape,
    build: () => ({ run: ([x]) => softmax(x!) }),
  },
  {
    title: 'softmax: with a mask, one row of which keeps nothing',
    covers: ['softmax'],
    inputs: [x, { shape: [3, 5], values: [1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1] }],
    output: x.shape,
    build: () => ({ run: ([x, mask]) => softmax(x!, mask) }),
    rowwise: false,
  },
  {
    title: 'dropout',
    covers: ['dropout'],
    inputs: [x],
    output: x.shape,
    build: () => ({
      run: ([x], { training, random }) => dropout(x!, training ? 0.5 : 0, random?.nextSeed() ?? 0),
    }),
    dropout: true,
    refusals: [() => dropout(any(2), 1, 1), () => dropout(any(2), -1, 1), () => dropout(any(2), Number.NaN, 1)],
  },
  {
    title: 'dropoutMask',
    covers: ['dropoutMask'],
    inputs: [x],
    output: x.shape,
    build: () => ({ run: ([x]) => dropoutMask(x!.shape, 0.5, 3) }),
    differentiable: false,
    rowwise: false,
  },
  ...(['mean', 'sum', 'none'] as const).map(
    (reduction): Row => ({
      title: `crossEntropy: ${reduction}`,
      covers: ['crossEntropy'],
      inputs: [{ shape: [2, 3, 5] }, { shape: [2, 3], values: [0, 4, -100, 2, -100, 1] }],
      output: reduction === 'none' ? [2, 3] : [],
      build: () => ({
        run: ([logits, labels]) =>
          tidy(() => crossEntropy(logits!, cast(labels!, 'int32'), { reduction, labelSmoothing: 0.1 })),
      }),
      rowwise: false,
      refusals: [
        () => crossEntropy(any(2, 3, 5), ids(2, 2)),
        () => crossEntropy(any(2, 5), ids(2), { labelSmoothing: 1.5 }),
        () => crossEntropy(any(2, 5), ids(2), { labelSmoothing: Number.NaN }),
        () => crossEntropy(any(2, 5), any(2)),
      ],
    }),
  ),
  {
    title: 'countedLabels',
    covers: ['countedLabels'],
    inputs: [{ shape: [2, 3], below: 2 }],
    output: [2, 3],
    build: () => ({ run: ([labels]) => countedLabels(labels!, 1) }),
    differentiable: false,
  },
  {
    title: 'causalConvolution',
    covers: ['causalConvolution'],
    inputs: [{ shape: [2, 6, 4] }, shared(3, 4)],
    output: [2, 6, 4],
    build: () => ({ run: ([x, taps]) => causalConvolution(x!, taps!) }),
    refusals: [
      () => causalConvolution(any(2, 4), any(3, 4)),
      () => causalConvolution(any(1, 4, 4), any(3, 5)),
      () => causalConvolution(any(1, 4, 1), any(3, 5)),
    ],
  },
  {
    title: 'causalConvolution, added to its input',
    covers: ['causalConvolution'],
    inputs: [{ shape: [2, 2, 4] }, shared(3, 4)],
    output: [2, 2, 4],
    build: () => ({ run: ([x, taps]) => causalConvolution(x!, taps!, { residual: true }) }),
  },
  {
    title: 'rotary',
    covers: ['rotary'],
    inputs: [
      { shape: [2, 3, 2, 4] },
      // One angle for each pair: cosine and sine of 0 and 1 at the first place, of 0.5 and 0.2 at the second.
      { shape: [1, 1, 2, 4], values: [0, 1, 0, 1, 0.5, 0.2, 0.5, 0.2].map(Math.cos), shared: true },
      { shape: [1, 1, 2, 4], values: [0, 1, 0, 1, 0.5, 0.2, 0.5, 0.2].map(Math.sin), shared: true },
    ],
    output: [2, 3, 2, 4],
    build: () => ({ run: ([x, cosine, sine]) => rotary(x!, cosine!, sine!) }),
    refusals: [
      () => rotary(any(1, 1, 1, 3), any(1, 1, 1, 3), any(1, 1, 1, 3)),
      () => rotary(any(2, 4), any(2, 4), any(2, 4)),
    ],
  },
];

/** Public names of the room that compute nothing of their own, or compute without tensors. */
export const notOps: readonly string[] = [
  'IGNORE_INDEX',
  'checkDropoutRate',
  'dispatch',
  'dispatchAll',
  'hasKernel',
  'hash32',
  'hashSeed',
  'int8FromRows',
  'runKernel',
  'withGradient',
];
