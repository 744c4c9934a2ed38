import { type NliExample, readNli } from 'sesame-nlp/data';
import { ConfigError, DataError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';
import { collect } from '../../support/collect.js';

const line = (label: unknown, more: object = {}) =>
  `${JSON.stringify({ sentence1: 'The tide is out.', sentence2: 'There is water.', gold_label: label, ...more })}\n`;
const pair = { premise: 'The tide is out.', hypothesis: 'There is water.' };

test('a line of SNLI or MNLI is a premise, a hypothesis and a label', async () => {
  const text = [line('neutral', { annotator_labels: ['neutral'], pairID: '1' }), line('contradiction')];
  const examples: NliExample[] = await collect(readNli(text));
  expect(examples).toEqual([
    { ...pair, label: 'neutral' },
    { ...pair, label: 'contradiction' },
  ]);
});

test('pairs without a gold label are skipped, unless they are asked for', async () => {
  const text = [line('-'), line('entailment')];
  expect(await collect(readNli(text))).toEqual([{ ...pair, label: 'entailment' }]);
  const all = readNli(text, { labels: ['entailment', '-'], skipUnlabelled: false });
  expect((await collect(all)).map(({ label }) => label)).toEqual(['-', 'entailment']);
});

test('Chinese pairs as OCNLI publishes them have their label elsewhere', async () => {
  const text = '{"sentence1": "潮水退了", "sentence2": "没有水", "label": "neutral", "genre": "news", "id": 1}';
  expect(await collect(readNli([text]))).toEqual([{ premise: '潮水退了', hypothesis: '没有水', label: 'neutral' }]);
});

test('other labels are named', async () => {
  const labels = ['entails', 'neutral'] as const;
  const examples = readNli([line('entails')], { labels });
  for await (const { label } of examples) {
    const known: (typeof labels)[number] = label;
    expect(known).toBe('entails');
  }
});

test.each([
  ['a label that is none', line('hidden'), /label "hidden" is none of entailment, neutral, contradiction/],
  ['a label that is no text', line(1), /no gold_label or label that is a text/],
  ['no hypothesis', '{"sentence1":"a","gold_label":"neutral"}', /no sentence2/],
  ['no object', '["a","b","neutral"]', /no sentence1/],
  ['no JSON', '{"sentence1":', /not JSON/],
  ['fields that are only inherited', '{"__proto__":{"sentence1":"a","sentence2":"b"}}', /no sentence1/],
])('%s is an error with the line, or skipped if that is asked for', async (_, bad, message) => {
  const text = [line('neutral'), '\n', bad.trim(), '\n', line('entailment')];
  await expect(collect(readNli(text))).rejects.toThrow(DataError);
  await expect(collect(readNli(text))).rejects.toMatchObject({ line: 3, message: expect.stringMatching(message) });
  const rest = await collect(readNli(text, { onBadLine: 'skip' }));
  expect(rest.map(({ label }) => label)).toEqual(['neutral', 'entailment']);
});

test('options that cannot work are refused when the reader is made', () => {
  expect(() => readNli([], { labels: [] })).toThrow(ConfigError);
  expect(() => readNli([], { onBadLine: 'ignore' as 'skip' })).toThrow(ConfigError);
  // @ts-expect-error a misspelt option
  expect(() => readNli([], { label: ['a'] })).toThrow(/Did you mean labels/);
});
