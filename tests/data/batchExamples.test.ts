import { batchExamples, mapExamples, padBatch, readLines, shuffleExamples } from 'sesame-nlp/data';
import { ConfigError } from 'sesame-nlp/errors';
import type { Batches } from 'sesame-nlp/training';
import { expect, test } from 'vitest';
import { collect } from '../support/collect.js';
import { CountedPieces } from './pieces.js';

test('examples are grouped in their order, and the last batch may have fewer', async () => {
  expect(await collect(batchExamples([1, 2, 3, 4, 5], { batchSize: 2 }))).toEqual([[1, 2], [3, 4], [5]]);
  expect(await collect(batchExamples([1, 2], { batchSize: 2 }))).toEqual([[1, 2]]);
  expect(await collect(batchExamples([], { batchSize: 2 }))).toEqual([]);
});

test('examples are changed one at a time, when their turn comes, and by promises too', async () => {
  const source = new CountedPieces(['a', 'b', 'c']);
  const seen: string[] = [];
  const changed = mapExamples(source, async (text) => {
    seen.push(text);
    return text.toUpperCase();
  });
  for await (const text of changed) {
    if (text === 'B') break;
  }
  expect(seen).toEqual(['a', 'b']);
  expect(source.taken).toBe(2);
  expect(source.open).toBe(0);
  expect(await collect(changed)).toEqual(['A', 'B', 'C']);
});

test('from a text to what fit takes, epoch after epoch', async () => {
  const lines = readLines(['tide\nis\nout\n']);
  const rows = mapExamples(lines, (line) => ({ ids: [...line].map((letter) => letter.charCodeAt(0) - 96) }));
  const shuffled = batchExamples(shuffleExamples(rows, { seed: 1 }), { batchSize: 2 });
  const batches = mapExamples(shuffled, (batch) => padBatch(batch));
  const forFit: Batches<{ tokenIds: Int32Array[] }> = batches; // the compiler's opinion
  expect(forFit).toBe(batches);
  for (let epoch = 0; epoch < 2; epoch++) {
    const tokens = (await collect(batches)).flatMap(({ tokenIds }) =>
      tokenIds.map((row) => [...row].filter((id) => id > 0)),
    );
    expect(tokens.map(String).sort()).toEqual(['15,21,20', '20,9,4,5', '9,19']);
  }
});

test('options that cannot work are refused', () => {
  expect(() => batchExamples([], { batchSize: 0 })).toThrow(ConfigError);
  // @ts-expect-error a misspelt option
  expect(() => batchExamples([], { batchSize: 2, batchsize: 2 })).toThrow(/Did you mean batchSize/);
});
