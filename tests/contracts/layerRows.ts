// The rows of sesame-nlp/layers and sesame-nlp/heads.
import type { Tensor } from '@tensorflow/tfjs-core';
import { LanguageModelingHead } from 'sesame-nlp/heads';
import {
  AlibiPositions,
  type AttentionPositions,
  BigramEmbedding,
  Dropout,
  Embedding,
  FeedForward,
  LayerNorm,
  LearnedPositions,
  Linear,
  MultiHeadAttention,
  type MultiHeadAttentionConfig,
  RmsNorm,
  RotaryPositions,
  SinusoidalPositions,
  TokenShift,
  TransformerBlock,
  type TransformerConfig,
  TransformerDecoder,
  TransformerEncoder,
} from 'sesame-nlp/layers';
import { type ForwardOptions, type Module, Parameter, RandomStream } from 'sesame-nlp/nn';
import { silu } from 'sesame-nlp/ops';
import { draw, type How, type Input, once, type Row, type Subject } from './row.js';

const [batch, time, dModel, numHeads, vocabSize] = [2, 5, 8, 2, 7];
const hidden: Input = { shape: [batch, time, dModel], timeAxis: 1 };
const tokens: Input = { shape: [batch, time], below: vocabSize, timeAxis: 1 };
const memory: Input = { shape: [batch, 3, dModel] };
/** Made once, so that a refusal that leaks is seen by the second one. */
const wide = once((size: number) => draw({ shape: [] }, [batch, time, size], new RandomStream(1)));
const threeIds = once(() => draw({ shape: [], below: 2 }, [1, 3], new RandomStream(1)));

/** A module from one tensor to one tensor. */
function plain<Options extends ForwardOptions>(module: Module<Tensor, Tensor, Options>): Subject {
  // The options that a module does not know it does not read.
  return { module, run: ([x], how) => module.call(x!, how as unknown as Options) };
}

function attentive(module: Module<Tensor, { hiddenStates: Tensor }, How & { memory?: Tensor; key?: Tensor }>): Subject {
  return { module, run: ([x], how) => module.call(x!, how).hiddenStates };
}

const rowsOfAttention: readonly [string, Partial<MultiHeadAttentionConfig>][] = [
  ['everything sees everything', {}],
  ['causal, without biases', { causal: true, bias: false }],
  ['causal, rotary positions', { causal: true, positions: new RotaryPositions({ headSize: 4, maxPositions: 8 }) }],
  ['causal, ALiBi', { causal: true, positions: new AlibiPositions(numHeads) }],
  ['dropout', { causal: true, dropout: 0.4 }],
];

const multiHeadAttention: Row[] = rowsOfAttention.map(([title, config]) => ({
  title: `MultiHeadAttention: ${title}`,
  covers: ['MultiHeadAttention', 'RotaryPositions', 'AlibiPositions'],
  inputs: [hidden],
  output: hidden.shape,
  build: () => attentive(new MultiHeadAttention({ dModel, numHeads, ...config })),
  masked: true,
  wantsFullMask: true,
  cached: config.causal ?? false,
  dropout: config.dropout !== undefined,
  refusals: [
    () => new MultiHeadAttention({ dModel: 10, numHeads: 4 }),
    () => new MultiHeadAttention({ dModel, numHeads: 0 }),
    () => new MultiHeadAttention({ dModel, numHeads, dropout: 1 }),
    ({ run }) => run([wide(dModel + 1)], {}),
  ],
}));

const crossAttention: Row = {
  title: 'MultiHeadAttention: another sequence',
  covers: ['MultiHeadAttention'],
  inputs: [hidden, memory, memory],
  output: hidden.shape,
  build: () => {
    const module = new MultiHeadAttention({ dModel, numHeads });
    return {
      module,
      run: ([query, key, value], { attentionMask: _, ...how }) =>
        module.call(query!, { ...how, key, value }).hiddenStates,
    };
  },
  cached: true,
};

const stack = { dModel, numHeads, numLayers: 2, dFeedForward: 12 } satisfies TransformerConfig;
const stackRefusals = (Stack: new (config: TransformerConfig) => TransformerEncoder | TransformerDecoder) => [
  () => new Stack({ ...stack, numLayers: 0 }),
  () => new Stack({ ...stack, numHeads: 3 }),
  () => new Stack({ ...stack, dropout: -0.1 }),
  ({ run }: Subject) => run([wide(dModel + 1)], {}),
];

const encoders: Row[] = (['pre', 'post'] as const).map((normPlacement) => ({
  title: `TransformerEncoder: ${normPlacement}-norm`,
  covers: ['TransformerEncoder'],
  inputs: [hidden],
  output: hidden.shape,
  variant: normPlacement === 'post',
  build: () => attentive(new TransformerEncoder({ ...stack, normPlacement, activation: silu, dropout: 0.3 })),
  masked: true,
  dropout: true,
  refusals: stackRefusals(TransformerEncoder),
}));

const decoders: Row[] = (['pre', 'post'] as const).map((normPlacement) => ({
  title: `TransformerDecoder: ${normPlacement}-norm`,
  covers: ['TransformerDecoder'],
  inputs: [hidden],
  output: hidden.shape,
  variant: normPlacement === 'post',
  build: () => attentive(new TransformerDecoder({ ...stack, normPlacement, shiftTaps: 3, dropout: 0.3 })),
  masked: true,
  wantsFullMask: true,
  cached: true,
  dropout: true,
  refusals: [
    ...stackRefusals(TransformerDecoder),
    ({ module }) => (module as TransformerDecoder).call(wide(dModel), { memory: wide(dModel) }),
  ],
}));

const crossDecoder: Row = {
  title: 'TransformerDecoder: with the memory of an encoder',
  covers: ['TransformerDecoder'],
  inputs: [hidden, memory],
  output: hidden.shape,
  build: () => {
    const module = new TransformerDecoder({ ...stack, crossAttention: true, norm: () => new RmsNorm(dModel) });
    return { module, run: ([x, memory], how) => module.call(x!, { ...how, memory }).hiddenStates };
  },
  masked: true,
  wantsFullMask: true,
  cached: true,
  refusals: [({ run }) => run([wide(dModel)], {})],
};

const block: Row = {
  title: 'TransformerBlock',
  covers: ['TransformerBlock'],
  inputs: [hidden],
  output: hidden.shape,
  build: () =>
    attentive(
      new TransformerBlock({
        attention: new MultiHeadAttention({ dModel, numHeads, causal: true }),
        feedForward: new FeedForward({ dModel, dFeedForward: 12 }),
        norm: () => new LayerNorm(dModel),
        shift: new TokenShift(dModel, 2),
        dropout: 0.2,
      }),
    ),
  masked: true,
  wantsFullMask: true,
  cached: true,
  dropout: true,
  refusals: [
    () =>
      new TransformerBlock({
        attention: new MultiHeadAttention({ dModel, numHeads }),
        feedForward: new FeedForward({ dModel }),
        norm: () => new LayerNorm(dModel),
        dropout: 2,
      }),
  ],
};

/** Positions that act inside attention, on their own. */
const positions = (title: string, name: string, make: () => AttentionPositions, how: 'mark' | 'bias'): Row => ({
  title,
  covers: [name],
  inputs: [{ shape: [batch, numHeads, time, 4], timeAxis: 2 }],
  output: how === 'mark' ? [batch, numHeads, time, 4] : [1, numHeads, time, time],
  outputTimeAxis: 2,
  build: () => {
    const subject = make();
    return {
      run: ([x]) => (how === 'mark' ? subject.mark!(x!, 2) : subject.bias!(x!.shape[2]!, x!.shape[2]!)),
    };
  },
  differentiable: how === 'mark',
  rowwise: how === 'mark',
});

export const layerRows: readonly Row[] = [
  {
    title: 'Linear',
    covers: ['Linear'],
    inputs: [hidden],
    output: [batch, time, 3],
    build: () => plain(new Linear(dModel, 3)),
    refusals: [({ run }) => run([wide(dModel + 1)], {}), () => new Linear(0, 3), () => new Linear(2.5, 3)],
  },
  {
    title: 'Linear: without a bias',
    covers: ['Linear'],
    inputs: [hidden],
    output: [batch, time, 3],
    build: () => plain(new Linear(dModel, 3, { bias: false })),
  },
  {
    title: 'Embedding',
    covers: ['Embedding'],
    inputs: [tokens],
    output: [batch, time, 3],
    build: () => plain(new Embedding(vocabSize, 3)),
    refusals: [() => new Embedding(-1, 3), ({ run }) => run([wide(2)], {})],
  },
  {
    title: 'BigramEmbedding',
    covers: ['BigramEmbedding'],
    inputs: [tokens],
    output: [batch, time, 3],
    build: () => plain(new BigramEmbedding(vocabSize, 3)),
    masked: true,
    wantsFullMask: true,
    cached: true,
    refusals: [() => new BigramEmbedding(0, 3)],
  },
  {
    title: 'LearnedPositions',
    covers: ['LearnedPositions'],
    inputs: [{ shape: [1, 4], below: 6 }],
    output: [1, 4, 3],
    build: () => plain(new LearnedPositions(6, 3)),
    refusals: [() => new LearnedPositions(2, 3).call(threeIds())],
  },
  {
    title: 'SinusoidalPositions',
    covers: ['SinusoidalPositions'],
    inputs: [{ shape: [2, 4], below: 6 }],
    output: [2, 4, 5],
    build: () => plain(new SinusoidalPositions(6, 5)),
    differentiable: false,
    refusals: [() => new SinusoidalPositions(2, 3).call(threeIds()), () => new SinusoidalPositions(0, 3)],
  },
  positions('RotaryPositions', 'RotaryPositions', () => new RotaryPositions({ headSize: 4, maxPositions: 3 }), 'mark'),
  positions('AlibiPositions', 'AlibiPositions', () => new AlibiPositions(numHeads), 'bias'),
  {
    title: 'LayerNorm',
    covers: ['LayerNorm'],
    inputs: [hidden],
    output: hidden.shape,
    build: () => plain(new LayerNorm(dModel)),
    refusals: [({ run }) => run([wide(dModel + 1)], {}), ({ run }) => run([wide(1)], {})],
  },
  {
    title: 'RmsNorm',
    covers: ['RmsNorm'],
    inputs: [hidden],
    output: hidden.shape,
    build: () => plain(new RmsNorm(dModel)),
    refusals: [({ run }) => run([wide(dModel + 1)], {}), ({ run }) => run([wide(1)], {})],
  },
  {
    title: 'Dropout',
    covers: ['Dropout'],
    inputs: [hidden],
    output: hidden.shape,
    build: () => plain(new Dropout(0.3)),
    dropout: true,
    refusals: [() => new Dropout(1), () => new Dropout(-0.1), () => new Dropout(Number.NaN)],
  },
  {
    title: 'FeedForward',
    covers: ['FeedForward'],
    inputs: [hidden],
    output: hidden.shape,
    build: () => plain(new FeedForward({ dModel, dFeedForward: 5 })),
    refusals: [({ run }) => run([wide(dModel + 1)], {})],
  },
  {
    title: 'TokenShift',
    covers: ['TokenShift'],
    inputs: [hidden],
    output: hidden.shape,
    build: () => plain(new TokenShift(dModel, 3)),
    masked: true,
    wantsFullMask: true,
    cached: true,
    refusals: [() => new TokenShift(dModel, 1), ({ run }) => run([wide(dModel + 1)], {})],
  },
  ...multiHeadAttention,
  crossAttention,
  block,
  ...encoders,
  ...decoders,
  crossDecoder,
];

const tied = new Parameter([vocabSize, dModel], (shape) => new Float32Array(shape[0]! * shape[1]!), {
  role: 'embedding',
});

export const headRows: readonly Row[] = [
  {
    title: 'LanguageModelingHead',
    covers: ['LanguageModelingHead', 'languageModeling'],
    inputs: [hidden],
    output: [batch, time, vocabSize],
    build: () => {
      const module = new LanguageModelingHead({ vocabSize, dModel });
      return { module, run: ([hiddenStates], how) => module.call({ hiddenStates: hiddenStates! }, how) };
    },
    refusals: [
      () => new LanguageModelingHead({ vocabSize: 0, dModel }),
      () => new LanguageModelingHead({ vocabSize: vocabSize + 1, dModel, tiedWeight: tied }),
    ],
  },
  {
    title: 'LanguageModelingHead: the last place only',
    covers: ['LanguageModelingHead'],
    inputs: [hidden],
    output: [batch, 1, vocabSize],
    build: () => {
      const module = new LanguageModelingHead({ vocabSize, dModel });
      return {
        module,
        run: ([hiddenStates], how) => module.call({ hiddenStates: hiddenStates! }, { ...how, outputLogits: 'last' }),
      };
    },
  },
];
