import { div, memory, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import { LanguageModelingHead, type LanguageModelTargets, languageModeling, withHead } from 'sesame-nlp/heads';
import { createGpt, type Gpt } from 'sesame-nlp/models';
import { namedParameters, type TokenBatch } from 'sesame-nlp/nn';
import { afterAll, expect, expectTypeOf, test } from 'vitest';

const tiny = { vocabSize: 7, maxPositions: 8, dModel: 8, numLayers: 1, numHeads: 2, dropout: 0 } as const;
const gpt = createGpt(tiny);
afterAll(() => gpt.dispose());

/** The mean loss and the number of predictions that it counts. */
async function loss(batch: TokenBatch & LanguageModelTargets, model: Gpt = gpt) {
  const [mean, count] = tidy(() => {
    const { total, count } = model.loss(batch);
    return [div(total, count), count] as const;
  });
  const values = [(await mean.data())[0]!, (await count.data())[0]!] as const;
  mean.dispose();
  count.dispose();
  return values;
}

test('each token but the last predicts the next one', async () => {
  const [, count] = await loss({
    tokenIds: [
      [1, 2, 3, 4],
      [4, 3, 2, 1],
    ],
  });
  expect(count).toBe(6);
});

test('labels that are the tokens change nothing, and -100 is not counted', async () => {
  const tokenIds = [[1, 2, 3, 4]];
  expect(await loss({ tokenIds, labels: tokenIds })).toEqual(await loss({ tokenIds }));
  const [, count] = await loss({ tokenIds, labels: [[1, -100, -100, 4]] });
  expect(count).toBe(1);
});

test.each([
  ['right', [[1, 2, 3, 0, 0]], [[1, 1, 1, 0, 0]]],
  ['left', [[0, 0, 1, 2, 3]], [[0, 0, 1, 1, 1]]],
])('padding on the %s changes neither the loss nor the count', async (_, tokenIds, attentionMask) => {
  const [mean, count] = await loss({ tokenIds: [[1, 2, 3]] });
  const [paddedMean, paddedCount] = await loss({ tokenIds, attentionMask });
  expect(paddedCount).toBe(count);
  expect(paddedMean).toBeCloseTo(mean, 5);
});

test('rows of maxPositions + 1 tokens train a model whole', async () => {
  const [, count] = await loss({ tokenIds: [[1, 2, 3, 4, 5, 6, 0, 1, 2]] });
  expect(count).toBe(8);
});

test.each<[title: string, batch: () => TokenBatch & LanguageModelTargets]>([
  ['a row of one token, which has no next one', () => ({ tokenIds: [[1]] })],
  ['a tensor of rows of one token', () => ({ tokenIds: tensor2d([[1]], [1, 1], 'int32') })],
  ['no rows', () => ({ tokenIds: [] })],
  ['one row instead of a batch', () => ({ tokenIds: [1, 2, 3] as unknown as number[][] })],
  ['no tokens', () => ({}) as unknown as TokenBatch],
  ['a mask that is one row', () => ({ tokenIds: [[1, 2, 3]], attentionMask: [1, 1, 1] as unknown as number[][] })],
  ['a mask of another shape', () => ({ tokenIds: [[1, 2, 3]], attentionMask: [[1, 1]] })],
  ['a label outside the vocabulary', () => ({ tokenIds: [[1, 2]], labels: [[1, 7]] })],
  ['labels of another length', () => ({ tokenIds: [[1, 2, 3]], labels: [[1, 2]] })],
  ['a mask of another length', () => ({ tokenIds: [[1, 2, 3]], attentionMask: [[1, 1]] })],
])('%s is refused, and nothing leaks', async (_, batch) => {
  const before = memory().numTensors;
  for (let time = 0; time < 20; time++) expect(() => tidy(() => gpt.loss(batch()).total)).toThrow(ShapeError);
  expect(memory().numTensors).toBe(before);
  expect((await loss({ tokenIds: [[1, 2]] }))[0]).toBeGreaterThan(0);
});

test('a tied weight of another shape is refused', () => {
  const tiedWeight = gpt.backbone.tokenEmbedding.weight;
  expect(() => languageModeling({ vocabSize: 9, dModel: 8, tiedWeight })).toThrow(ConfigError);
  expect(() => languageModeling({ vocabSize: 7, dModel: 8, tiedWeight })).not.toThrow();
});

test('another head fits a backbone that is already in use, under the same weight names', () => {
  const model = withHead(gpt.backbone, new LanguageModelingHead({ vocabSize: 5, dModel: 8 }));
  expectTypeOf(model.head).toEqualTypeOf<LanguageModelingHead>();
  expectTypeOf(model.backbone).toEqualTypeOf<Gpt['backbone']>();
  expect(model.config).toBe(gpt.config);
  const names = [...namedParameters(model).keys()];
  expect(names.filter((name) => name.startsWith('head.'))).toEqual(['head.weight']);
  expect(namedParameters(model).get('backbone.tokenEmbedding.weight')).toBe(gpt.backbone.tokenEmbedding.weight);
  const logits = tidy(() => model.call({ tokenIds: [[1, 2]] }).logits);
  expect(logits.shape).toEqual([1, 2, 5]);
  logits.dispose();
  model.head.dispose();
});

test('the last place alone has the logits that it has among all', async () => {
  const batch = { tokenIds: [[1, 2, 3]] };
  const [all, last] = [
    tidy(() => gpt.call(batch).logits),
    tidy(() => gpt.call(batch, { outputLogits: 'last' }).logits),
  ];
  expect(last.shape).toEqual([1, 1, 7]);
  const [every, only] = [await all.data(), await last.data()];
  for (const [index, value] of only.entries()) expect(value).toBeCloseTo(every[14 + index]!, 5);
  all.dispose();
  last.dispose();
});
