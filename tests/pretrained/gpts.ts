// Small GPTs of every kind that is saved, and what to compare of them.
import { tidy } from '@tensorflow/tfjs-core';
import { createGpt, type Gpt, GptBackbone, type GptOptions } from 'sesame-nlp/models';
import type { AnyModule } from 'sesame-nlp/nn';

const sizes = { vocabSize: 40, maxPositions: 12, dModel: 8, numLayers: 2, numHeads: 2, seed: 5 } as const;

/** Options, and the architecture they are saved as. */
export const kinds: Readonly<Record<string, { options: Partial<GptOptions>; architecture: string; bare: string }>> = {
  'GPT-2': { options: {}, architecture: 'GPT2LMHeadModel', bare: 'GPT2Model' },
  'GPT-2 with relu, other sizes and an output layer of its own': {
    options: { activation: 'relu', dFeedForward: 20, normEpsilon: 1e-6, tieEmbeddings: false, dropout: 0.25 },
    architecture: 'GPT2LMHeadModel',
    bare: 'GPT2Model',
  },
  'GPT-1': { options: { norm: 'post' }, architecture: 'OpenAIGPTLMHeadModel', bare: 'OpenAIGPTModel' },
  'a GPT-1 that Hugging Face has no words for': {
    options: { norm: 'post', activation: 'gelu' },
    architecture: 'SesameGpt',
    bare: 'SesameGptBackbone',
  },
  'the recipe': {
    options: {
      positions: 'rotary',
      rotaryBase: 500,
      shiftTaps: 3,
      bigramEmbedding: true,
      tieEmbeddings: false,
      initialization: 'zeroOutput',
    },
    architecture: 'SesameGpt',
    bare: 'SesameGptBackbone',
  },
  ALiBi: { options: { positions: 'alibi' }, architecture: 'SesameGpt', bare: 'SesameGptBackbone' },
};

/** A GPT of that kind. */
export function gptOf(kind: string): Gpt {
  return createGpt({ ...sizes, ...kinds[kind]!.options });
}

/** Logits of a GPT, or hidden states of a backbone, for a text with padding. */
export async function outputs(model: AnyModule): Promise<Float32Array> {
  const batch = {
    tokenIds: [
      [1, 5, 39, 0, 2, 7],
      [0, 0, 3, 2, 1, 9],
    ],
    attentionMask: [
      [1, 1, 1, 1, 1, 1],
      [0, 0, 1, 1, 1, 1],
    ],
  };
  const output = tidy(() =>
    model instanceof GptBackbone ? model.call(batch).hiddenStates : (model as Gpt).call(batch).logits,
  );
  const values = await output.data<'float32'>();
  output.dispose();
  return values;
}
