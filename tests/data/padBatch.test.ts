import fc from 'fast-check';
import { padBatch } from 'sesame-nlp/data';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import type { TokenBatch } from 'sesame-nlp/nn';
import { createCharacterTokenizer } from 'sesame-nlp/tokenizers';
import { expect, test } from 'vitest';

const rows = (table: Int32Array[] | undefined) => table?.map((row) => [...row]);

test('rows are filled up to the longest, with a mask that says where', () => {
  const batch = padBatch([{ ids: [5, 6, 7] }, { ids: [8] }], { padId: 9 });
  expect(rows(batch.tokenIds)).toEqual([
    [5, 6, 7],
    [8, 9, 9],
  ]);
  expect(rows(batch.attentionMask)).toEqual([
    [1, 1, 1],
    [1, 0, 0],
  ]);
  expect(Object.keys(batch)).toEqual(['tokenIds', 'attentionMask']);
});

test('padding goes to the left for models that continue', () => {
  const batch = padBatch(
    [
      { ids: [5, 6, 7], labels: [1, 2, 3] },
      { ids: [8], labels: [4] },
    ],
    { padSide: 'left' },
  );
  expect(rows(batch.tokenIds)).toEqual([
    [5, 6, 7],
    [0, 0, 8],
  ]);
  expect(rows(batch.attentionMask)![1]).toEqual([0, 0, 1]);
  expect(rows(batch.labels)).toEqual([
    [1, 2, 3],
    [-100, -100, 4],
  ]);
});

test('the length is fixed, or rounded up to a multiple', () => {
  const length = (options: object) =>
    padBatch([{ ids: [1, 2, 3] }, { ids: [1] }], options).tokenIds.map((row) => row.length);
  expect(length({ padTo: 5 })).toEqual([5, 5]);
  expect(length({ padToMultipleOf: 8 })).toEqual([8, 8]);
  expect(length({ padToMultipleOf: 3 })).toEqual([3, 3]);
  expect(length({ padTo: 5, padToMultipleOf: 4 })).toEqual([8, 8]);
});

test('type ids are there where a text has a second part', () => {
  expect(padBatch([{ ids: [1, 2], typeIds: [0, 0] }])).not.toHaveProperty('typeIds');
  const batch = padBatch([{ ids: [1, 2], typeIds: [0, 1] }, { ids: [3] }]);
  expect(rows(batch.typeIds)).toEqual([
    [0, 1],
    [0, 0],
  ]);
});

test('encodings are rows, and the batch is what models take', () => {
  const tokenizer = createCharacterTokenizer({ vocab: [...'潮水退了'], specialTokens: ['[PAD]'] });
  const encodings = tokenizer.encodeBatch(['潮水', '潮水退了']);
  const batch: TokenBatch = padBatch(encodings, { padId: tokenizer.tokenToId('[PAD]') });
  expect(batch).toEqual({
    tokenIds: [Int32Array.of(0, 1, 4, 4), Int32Array.of(0, 1, 2, 3)],
    attentionMask: [Int32Array.of(1, 1, 0, 0), Int32Array.of(1, 1, 1, 1)],
  });
  // What is padded already stays unattended.
  const padded = padBatch(tokenizer.encodeBatch(['潮水', '潮'], { padTo: 3 }), { padTo: 4 });
  expect(rows(padded.attentionMask)).toEqual([
    [1, 1, 0, 0],
    [1, 0, 0, 0],
  ]);
});

test('what is attended to is the rows, unchanged, whatever the padding', () => {
  const row = fc.array(fc.tuple(fc.nat(99), fc.nat(1), fc.integer({ min: -100, max: 9 })), { maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 5 }),
      fc.constantFrom('left', 'right'),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom<'longest' | number>('longest', 6, 9),
      (samples, padSide, padToMultipleOf, padTo) => {
        const given = samples.map((tokens) => ({
          ids: tokens.map(([id]) => id),
          typeIds: tokens.map(([, type]) => type),
          labels: tokens.map(([, , label]) => label),
        }));
        const batch = padBatch(given, { padSide, padToMultipleOf, padTo });
        const length = batch.tokenIds[0]!.length;
        expect(length % padToMultipleOf).toBe(0);
        for (const [index, { ids, typeIds, labels }] of given.entries()) {
          const start = padSide === 'left' ? length - ids.length : 0;
          const cut = (table: Int32Array[] | undefined) => [...table![index]!.subarray(start, start + ids.length)];
          expect(cut(batch.tokenIds)).toEqual(ids);
          expect(cut(batch.labels)).toEqual(labels);
          if (batch.typeIds) expect(cut(batch.typeIds)).toEqual(typeIds);
          else expect(typeIds.every((type) => type === 0)).toBe(true);
          expect(cut(batch.attentionMask).every((entry) => entry === 1)).toBe(true);
          expect(batch.attentionMask[index]!.reduce((sum, entry) => sum + entry, 0)).toBe(ids.length);
          expect(new Set(Object.values(batch).map((table: Int32Array[]) => table[index]!.length))).toEqual(
            new Set([length]),
          );
        }
      },
    ),
  );
});

test('rows that do not fit, or do not go together, are refused', () => {
  const refused = (given: unknown, options: object, message: RegExp) => {
    expect(() => padBatch(given as [], options)).toThrow(ShapeError);
    expect(() => padBatch(given as [], options)).toThrow(message);
  };
  refused([], {}, /no row/);
  refused(undefined, {}, /no row/);
  refused([[1, 2]], {}, /row 0 has no ids/);
  refused([{ ids: [1, 2, 3] }], { padTo: 2 }, /a row has 3 tokens, and padTo is 2/);
  refused([{ ids: [1, 2], typeIds: [0] }], {}, /row 0 has 2 ids and 1 typeIds/);
  refused([{ ids: [1], labels: [0] }, { ids: [1] }], {}, /row 0 and row 1 differ/);
  refused([{ ids: [1] }, { ids: [1.5] }], {}, /1.5 among the ids/);
  refused([{ ids: [1], labels: [Number.NaN] }], {}, /NaN among the labels/);
});

test('options that cannot work are refused', () => {
  const options = [{ padId: -1 }, { padTo: 0 }, { padTo: 'max' }, { padToMultipleOf: 0 }, { padSide: 'top' }];
  for (const wrong of options) expect(() => padBatch([{ ids: [1] }], wrong as object)).toThrow(ConfigError);
  // @ts-expect-error a misspelt option
  expect(() => padBatch([{ ids: [1] }], { padid: 3 })).toThrow(/Did you mean padId/);
});
