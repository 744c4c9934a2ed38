// The rows of sesame-nlp/models: the GPTs that createGpt's options lead to.
import { tidy } from '@tensorflow/tfjs-core';
import { createGpt, type GptOptions } from 'sesame-nlp/models';
import { type Input, once, type Row } from './row.js';

const [batch, time, vocabSize] = [2, 6, 9];
const tokens: Input = { shape: [batch, time], below: vocabSize, timeAxis: 1 };

/** Small enough for finite differences; long enough for the chunks of the cache to be joined. */
const tiny = { vocabSize, maxPositions: 600, dModel: 8, numLayers: 2, numHeads: 2, dropout: 0.2 } as const;

const variants: Readonly<Record<string, Partial<GptOptions>>> = {
  gpt2: {},
  gpt1: { norm: 'post' },
  rotary: { positions: 'rotary' },
  alibi: { positions: 'alibi' },
  sinusoidal: { positions: 'sinusoidal' },
  shift: { shiftTaps: 3 },
  bigram: { bigramEmbedding: true },
  untied: { tieEmbeddings: false, activation: 'gelu' },
  'the recipe': {
    positions: 'rotary',
    shiftTaps: 3,
    bigramEmbedding: true,
    tieEmbeddings: false,
    activation: 'silu',
    initialization: 'zeroOutput',
  },
};

const gpt = once(() => createGpt(tiny));

const refusals = [
  () => createGpt({ ...tiny, vocabSize: 0 }),
  () => createGpt({ ...tiny, dModel: 10, numHeads: 4 }),
  () => createGpt({ ...tiny, dropout: 1 }),
  () => gpt().call({ tokenIds: [[vocabSize]] }),
  () => gpt().call({ tokenIds: [] }),
  () => gpt().call({ tokenIds: [[1, 2], [3]] }),
  () => gpt().backbone.call({ tokenIds: [[1, -1]] }),
];

export const modelRows: readonly Row[] = [
  ...Object.entries(variants).map(
    ([title, options]): Row => ({
      title: `createGpt: ${title}`,
      variant: title !== 'gpt2' && title !== 'the recipe',
      covers: ['createGpt', 'HeadedModel', 'withHead'],
      inputs: [tokens],
      output: [batch, time, vocabSize],
      build: () => {
        const module = createGpt({ ...tiny, ...options });
        return {
          module,
          run: ([tokenIds], { attentionMask, ...how }) =>
            tidy(() => module.call({ tokenIds: tokenIds!, attentionMask }, how).logits),
        };
      },
      masked: true,
      cached: true,
      dropout: true,
      refusals,
    }),
  ),
  {
    title: 'GptBackbone',
    covers: ['GptBackbone'],
    inputs: [tokens, { shape: [batch, time], below: vocabSize, timeAxis: 1 }],
    output: [batch, time, 8],
    build: () => {
      const module = createGpt(tiny).backbone;
      return {
        module,
        run: ([tokenIds, typeIds], { attentionMask, ...how }) =>
          tidy(() => module.call({ tokenIds: tokenIds!, typeIds, attentionMask }, how).hiddenStates),
      };
    },
    masked: true,
    cached: true,
    dropout: true,
    refusals,
  },
];
