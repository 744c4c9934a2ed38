import fc from 'fast-check';
import { alignLabels } from 'sesame-nlp/data';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import { IGNORE_INDEX } from 'sesame-nlp/ops';
import { expect, test } from 'vitest';

// [CLS] Pau ##line lives in Keel ##ung [SEP] [PAD]
const english = [null, 0, 0, 1, 2, 3, 3, null, null];

test('the first piece of a word has its label, and the others are not counted', () => {
  expect(alignLabels([1, 0, 0, 3], english)).toEqual([-100, 1, -100, 0, 0, 3, -100, -100, -100]);
});

test('all pieces of a word can have its label', () => {
  expect(alignLabels([1, 0, 0, 3], english, { pieces: 'all' })).toEqual([-100, 1, 1, 0, 0, 3, 3, -100, -100]);
});

test('later pieces can have a label of their own: I-PER for B-PER', () => {
  const laterPieces = (label: number) => (label % 2 === 1 ? label + 1 : label);
  const aligned = alignLabels([1, 0, 0, 3], english, { pieces: 'all', laterPieces });
  expect(aligned).toEqual([-100, 1, 2, 0, 0, 3, 4, -100, -100]);
});

test('Chinese has a piece for each character, and a word of several characters where it has words', () => {
  // [CLS] 潮 水 退 了 [SEP], labelled by character, then by word: 潮水 退 了
  expect(alignLabels([1, 2, 0, 0], [null, 0, 1, 2, 3, null])).toEqual([-100, 1, 2, 0, 0, -100]);
  expect(alignLabels([5, 6, 7], [null, 0, 0, 1, 2, null])).toEqual([-100, 5, -100, 6, 7, -100]);
});

test('words without a piece, as after truncation, have no label to give', () => {
  expect(alignLabels([1, 2, 3, 4], [null, 0, 2, null])).toEqual([-100, 1, 3, -100]);
});

test('a window that begins inside a word counts the word from there', () => {
  expect(alignLabels([1, 2], [null, 0, 1, null])).toEqual([-100, 1, 2, -100]);
});

test('every word has its label exactly once, or at each of its pieces', () => {
  const words = fc.array(fc.record({ pieces: fc.nat(3), special: fc.boolean(), label: fc.nat(9) }), { maxLength: 10 });
  fc.assert(
    fc.property(words, (sample) => {
      const labels = sample.map(({ label }) => label);
      const wordIds = sample.flatMap(({ pieces, special }, word) => [
        ...(special ? [null] : []),
        ...new Array<number>(pieces).fill(word),
      ]);
      const counted = (aligned: number[]) => aligned.filter((label) => label !== -100);
      const withPieces = sample.filter(({ pieces }) => pieces > 0);
      expect(counted(alignLabels(labels, wordIds))).toEqual(withPieces.map(({ label }) => label));
      expect(counted(alignLabels(labels, wordIds, { pieces: 'all' }))).toEqual(
        withPieces.flatMap(({ pieces, label }) => new Array<number>(pieces).fill(label)),
      );
      expect(alignLabels(labels, wordIds)).toHaveLength(wordIds.length);
    }),
  );
});

test('what is not counted is what losses do not count', () => {
  expect(alignLabels([1], [null])).toEqual([IGNORE_INDEX]);
});

test('a word without a label is refused', () => {
  expect(() => alignLabels([1], [null, 0, 1])).toThrow(ShapeError);
  expect(() => alignLabels([1], [null, 0, 1])).toThrow(/no label for word 1: there is 1 label\b.*\n.*wordIdsOf/);
});

test('options that cannot work are refused', () => {
  expect(() => alignLabels([1], [0], { pieces: 'last' as 'all' })).toThrow(ConfigError);
  // @ts-expect-error a misspelt option
  expect(() => alignLabels([1], [0], { piece: 'all' })).toThrow(/Did you mean pieces/);
});
