// Choosing a token on the heap, held to choosing it from the logits that were read.
import { getBackend, memory, tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from 'sesame-nlp/errors';
import { type GenerateOptions, generate } from 'sesame-nlp/generation';
import { registerWasmKernels, unregisterWasmKernels } from 'sesame-nlp/kernels/wasm';
import { type CausalLanguageModel, RandomStream } from 'sesame-nlp/nn';
import { hasKernel } from 'sesame-nlp/ops';
import { afterAll, describe, expect, test } from 'vitest';

/** A model whose logits are drawn anew for each call, the same ones in every run. */
function randomModel(vocabSize: number, spread: number, change: (logits: Float32Array) => void = () => {}) {
  let calls = 0;
  const model: CausalLanguageModel = {
    config: { vocabSize, maxPositions: 1000 },
    call: ({ tokenIds }) => {
      const random = new RandomStream(calls++);
      const rows = Array.isArray(tokenIds) ? tokenIds.length : 1;
      const logits = Float32Array.from({ length: rows * vocabSize }, () => spread * random.nextNormal());
      change(logits);
      return { logits: tensor(logits, [rows, 1, vocabSize]) };
    },
  };
  return model;
}

const options = (more: GenerateOptions): GenerateOptions => ({ maxNewTokens: 40, seed: 3, ...more });

describe.runIf(getBackend() === 'wasm')('choosing tokens on the heap', () => {
  const registeredBefore = hasKernel('SesameLinear');
  afterAll(() => void (registeredBefore || unregisterWasmKernels()));

  const bothWays = async (model: () => CausalLanguageModel, more: GenerateOptions) => {
    unregisterWasmKernels();
    const read = await generate(model(), [[0], [0, 0]], options(more));
    await registerWasmKernels();
    const before = memory().numTensors;
    const onHeap = await generate(model(), [[0], [0, 0]], options(more));
    expect(memory().numTensors).toBe(before);
    return { read, onHeap };
  };

  test.each([
    ['greedy', { temperature: 0 }],
    ['plain', {}],
    ['temperature', { temperature: 0.6 }],
    ['top-k of 1', { topK: 1 }],
    ['top-k', { topK: 7 }],
    ['top-k beyond the vocabulary', { topK: 1e6 }],
    ['top-p', { topP: 0.9 }],
    ['a tiny top-p', { topP: 1e-6 }],
    ['all of them', { temperature: 1.3, topK: 50, topP: 0.8 }],
    ['a repetition penalty, which stays outside', { repetitionPenalty: 1.5, topK: 20 }],
  ] as const)('%s draws the same tokens', async (_, more) => {
    for (const vocabSize of [1, 2, 5, 97, 5003]) {
      for (const spread of [0, 1, 6]) {
        const { read, onHeap } = await bothWays(() => randomModel(vocabSize, spread), more);
        expect(onHeap).toEqual(read);
      }
    }
  });

  test('equal logits: top-k keeps what is as likely as its last one, top-p and the likeliest take the lower ids', async () => {
    const steps = (logits: Float32Array) => logits.set(logits.map(Math.round));
    for (const more of [{ topK: 3 }, { topP: 0.5 }, { temperature: 0 }, { topK: 9, topP: 0.7 }]) {
      const { read, onHeap } = await bothWays(() => randomModel(101, 1, steps), more);
      expect(onHeap).toEqual(read);
    }
  });

  test('forbidden tokens are never drawn', async () => {
    const forbid = (logits: Float32Array) => logits.set(logits.map((x, i) => (i % 3 === 0 ? x : -Infinity)));
    for (const more of [{}, { topK: 50 }, { topP: 0.99 }]) {
      const { read, onHeap } = await bothWays(() => randomModel(99, 1, forbid), more);
      expect(onHeap).toEqual(read);
      expect(onHeap.flat().every((id) => id % 3 === 0)).toBe(true);
    }
  });

  test.each([
    ['are not numbers (NaN)', Number.NaN],
    ['are infinite', Number.POSITIVE_INFINITY],
    ['forbid every token', Number.NEGATIVE_INFINITY],
  ])('logits that %s are refused with the same words', async (_, value) => {
    const broken = () => randomModel(33, 1, (logits) => void logits.fill(value, value === -Infinity ? 0 : 7));
    const refusals: string[] = [];
    for (const kernels of [false, true]) {
      if (kernels) await registerWasmKernels();
      else unregisterWasmKernels();
      const failure = await generate(broken(), [0], options({})).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ShapeError);
      refusals.push((failure as Error).message);
    }
    expect(refusals[1]).toBe(refusals[0]);
  });
});
