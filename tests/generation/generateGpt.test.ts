// GPTs of every kind of positions: remembering keys and values, and sharing a batch, change nothing.
import { memory } from '@tensorflow/tfjs-core';
import { type GenerateOptions, generate, generateStream } from 'sesame-nlp/generation';
import { createGpt, type Gpt, type GptOptions } from 'sesame-nlp/models';
import { initializers, namedParameters, RandomStream } from 'sesame-nlp/nn';
import { afterEach, describe, expect, test } from 'vitest';
import { isGpu } from '../support/oracle.js';

const TOLERANCE = isGpu() ? 1e-3 : 1e-5;

const kinds: [name: string, options: Partial<GptOptions>][] = [
  ['learned', {}],
  ['sinusoidal', { positions: 'sinusoidal' }],
  ['rotary', { positions: 'rotary' }],
  ['alibi', { positions: 'alibi' }],
  ['post-norm', { norm: 'post' }],
  ['rotary with token shift and bigrams', { positions: 'rotary', shiftTaps: 3, bigramEmbedding: true }],
];

const models: Gpt[] = [];
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
});

/** A GPT whose every parameter is random and large enough for its predictions to be far from uniform. */
function randomGpt(options: Partial<GptOptions>, maxPositions: number): Gpt {
  const model = createGpt({ vocabSize: 31, dModel: 16, numLayers: 2, numHeads: 2, maxPositions, ...options });
  const random = new RandomStream(5);
  for (const parameter of namedParameters(model).values()) {
    parameter.assign(initializers.normal(0.4)(parameter.shape, random));
  }
  models.push(model);
  return model;
}

/** What is generated, and the logits that each token was chosen by, by row and step. */
async function trace(model: Gpt, prompts: number[][], options: GenerateOptions) {
  const logits = prompts.map((): Float32Array[] => []);
  const record: GenerateOptions['logitsProcessors'] = [(values, { row }) => void logits[row]!.push(values.slice())];
  return { texts: await generate(model, prompts, { ...options, logitsProcessors: record }), logits };
}

function expectSame(actual: Awaited<ReturnType<typeof trace>>, expected: typeof actual, tolerance = TOLERANCE) {
  expect(actual.texts).toEqual(expected.texts);
  for (const [row, steps] of expected.logits.entries()) {
    for (const [step, logits] of steps.entries()) {
      const largest = Math.max(...logits.map(Math.abs));
      const worst = Math.max(...logits.map((logit, id) => Math.abs(logit - actual.logits[row]![step]![id]!)));
      expect(worst / largest, `row ${row}, step ${step}`).toBeLessThanOrEqual(tolerance);
    }
  }
}

/** Weights in other forms than floats. */
const forms: Record<string, (model: Gpt) => unknown> = {
  packed: (model) => model.pack(),
  int8: (model) => model.quantize('int8'),
};

const prompts = [[3, 1, 4, 1, 5], [9], [2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4]];

describe.each(kinds)('%s', (_, options) => {
  test('cached and uncached logits agree, over two chunks of the cache', async () => {
    const model = randomGpt(options, 80);
    const settings = { maxNewTokens: 72, seed: 1 };
    const cached = await trace(model, [prompts[0]!], settings);
    expectSame(cached, await trace(model, [prompts[0]!], { ...settings, useCache: false }));
    expect(new Set(cached.texts[0]).size).toBeGreaterThan(5); // a text that varies, so that the comparison says something
  });

  test('each row of a batch has the logits of its prompt alone, with and without a cache', async () => {
    const model = randomGpt(options, 64);
    const settings = { maxNewTokens: 30, temperature: 0 };
    const alone = await Promise.all(prompts.map((prompt) => trace(model, [prompt], settings)));
    const expected = { texts: alone.flatMap(({ texts }) => texts), logits: alone.flatMap(({ logits }) => logits) };
    expectSame(await trace(model, prompts, settings), expected);
    expectSame(await trace(model, prompts, { ...settings, useCache: false }), expected);
  });

  test('texts longer than maxPositions agree with and without a cache, alone and in a batch', async () => {
    const model = randomGpt(options, 12);
    const settings = { maxNewTokens: 40, temperature: 0 };
    const alone = await Promise.all(prompts.map((prompt) => trace(model, [prompt], settings)));
    const expected = { texts: alone.flatMap(({ texts }) => texts), logits: alone.flatMap(({ logits }) => logits) };
    expectSame(await trace(model, prompts, settings), expected);
    expectSame(await trace(model, prompts, { ...settings, useCache: false }), expected);
  });

  test('rows that end early leave the others as they were', async () => {
    const model = randomGpt(options, 24);
    const settings = { maxNewTokens: 30, temperature: 0 };
    const full = await trace(model, prompts, settings);
    const lengths = [30, 17, 3];
    const stopWhen = (ids: readonly number[], row: number) => ids.length === lengths[row];
    expectSame(await trace(model, prompts, { ...settings, stopWhen }), {
      texts: full.texts.map((text, row) => text.slice(0, lengths[row])),
      logits: full.logits.map((steps, row) => steps.slice(0, lengths[row])),
    });
  });
});

test('generating leaks no tensor, whether it ends, slides, is aborted or is left', async () => {
  const model = randomGpt({ positions: 'rotary', shiftTaps: 3, bigramEmbedding: true }, 16);
  await generate(model, prompts, { maxNewTokens: 1 });
  const count = memory().numTensors;
  await generate(model, prompts, { maxNewTokens: 40, eosTokenId: 7 });
  await generate(model, prompts, { maxNewTokens: 40, useCache: false });
  for await (const _ of generateStream(model, prompts[0]!)) break;
  const signal = AbortSignal.timeout(20);
  await expect(generate(model, prompts, { maxNewTokens: Number.POSITIVE_INFINITY, signal })).rejects.toThrow();
  expect(memory().numTensors).toBe(count);
});

describe.each(Object.entries(forms))('%s', (form, encode) => {
  // A kernel rounds what goes into a product of 8-bit numbers to 16 bits: the last digit of a float may move a whole step.
  const tolerance = form === 'int8' ? 10 * TOLERANCE : TOLERANCE;

  test('cached and uncached logits agree, and so do those of a batch and of its rows alone', async () => {
    for (const options of [{}, { positions: 'rotary', tieEmbeddings: false }] as const) {
      const model = randomGpt(options, 64);
      await encode(model);
      const settings = { maxNewTokens: 24, temperature: 0 };
      const alone = await Promise.all(prompts.map((prompt) => trace(model, [prompt], settings)));
      const expected = { texts: alone.flatMap(({ texts }) => texts), logits: alone.flatMap(({ logits }) => logits) };
      expectSame(await trace(model, prompts, settings), expected, tolerance);
      expectSame(await trace(model, prompts, { ...settings, useCache: false }), expected, tolerance);
    }
  });
});

test('a packed model writes what it wrote before', async () => {
  const model = randomGpt({}, 64);
  const settings = { maxNewTokens: 24, temperature: 0 };
  const expected = await trace(model, prompts, settings);
  await model.pack();
  expectSame(await trace(model, prompts, settings), expected);
});
