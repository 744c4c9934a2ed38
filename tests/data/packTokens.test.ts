import fc from 'fast-check';
import { languageModelBatches, mapExamples, packTokens } from 'sesame-nlp/data';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';
import { collect } from '../support/collect.js';
import { CountedPieces, repeated } from './pieces.js';

const pack = async (documents: Iterable<number[]>, options: { contextLength: number; separator?: number }) =>
  (await collect(packTokens(documents, options))).map(({ ids }) => [...ids]);

test('rows begin with the last token of the row before, and only the last is shorter', async () => {
  expect(
    await pack(
      [
        [1, 2, 3],
        [4, 5],
        [6, 7, 8],
      ],
      { contextLength: 3 },
    ),
  ).toEqual([
    [1, 2, 3, 4],
    [4, 5, 6, 7],
    [7, 8],
  ]);
});

test('a separator stands after each document', async () => {
  expect(await pack([[1, 2], [], [3]], { contextLength: 4, separator: 0 })).toEqual([
    [1, 2, 0, 0, 3],
    [3, 0],
  ]);
});

test('a last row that would predict nothing is none', async () => {
  expect(await pack([[1, 2, 3, 4, 5]], { contextLength: 2 })).toEqual([
    [1, 2, 3],
    [3, 4, 5],
  ]);
  expect(await pack([[1]], { contextLength: 2 })).toEqual([]);
  expect(await pack([], { contextLength: 2 })).toEqual([]);
});

test('no token is lost: every one but the first is predicted exactly once, in its order', async () => {
  const documents = fc.array(fc.array(fc.nat(1000), { maxLength: 12 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      documents,
      fc.integer({ min: 1, max: 9 }),
      fc.option(fc.nat(5), { nil: undefined }),
      async (texts, contextLength, separator) => {
        const rows = await pack(texts, { contextLength, ...(separator !== undefined && { separator }) });
        const stream = texts.flatMap((text) => (separator === undefined ? text : [...text, separator]));
        expect(rows.flatMap((row) => row.slice(1))).toEqual(stream.slice(1));
        let place = 0;
        for (const [index, row] of rows.entries()) {
          expect(row[0]).toBe(stream[place]);
          place += row.length - 1;
          if (index < rows.length - 1) expect(row).toHaveLength(contextLength + 1);
          else expect(row.length).toBeGreaterThan(1);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('one document is cut as languageModelBatches cuts it', async () => {
  const document = Array.from({ length: 50 }, (_, id) => id);
  const batches = languageModelBatches(document, { batchSize: 1, contextLength: 8 });
  const expected = [...batches].flatMap(({ tokenIds }) => tokenIds.map((row) => [...row]));
  expect(await pack([document], { contextLength: 8 })).toEqual(expected);
});

test('memory holds one document and one row, and rows can be kept', async () => {
  const source = new CountedPieces(repeated('abcd', 1000));
  const documents = mapExamples(source, (text) => [...text].map((letter) => letter.charCodeAt(0)));
  const kept: Int32Array[] = [];
  for await (const { ids } of packTokens(documents, { contextLength: 7 })) {
    kept.push(ids);
    expect(source.taken).toBeLessThanOrEqual(2 * kept.length);
    if (kept.length === 100) break;
  }
  expect(source.open).toBe(0);
  expect([...kept[0]!]).toEqual([97, 98, 99, 100, 97, 98, 99, 100]);
  expect([...kept[1]!]).toEqual([100, 97, 98, 99, 100, 97, 98, 99]);
});

test('ids that are none, and options that cannot work, are refused', async () => {
  for (const bad of [-1, 0.5, Number.NaN, 2 ** 31]) {
    await expect(pack([[1, bad]], { contextLength: 4 })).rejects.toThrow(ShapeError);
  }
  await expect(pack([['a' as unknown as number]], { contextLength: 4 })).rejects.toThrow(/encode\(text\)\.ids/);
  expect(() => packTokens([], { contextLength: 0 })).toThrow(ConfigError);
  expect(() => packTokens([], { contextLength: 4, separator: -1 })).toThrow(ConfigError);
  // @ts-expect-error a misspelt option
  expect(() => packTokens([], { contextLength: 4, seperator: 0 })).toThrow(/Did you mean separator/);
});
