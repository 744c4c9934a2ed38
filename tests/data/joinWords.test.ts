import fc from 'fast-check';
import { alignLabels, joinWords, wordIdsOf } from 'sesame-nlp/data';
import { ShapeError } from 'sesame-nlp/errors';
import { createCharacterTokenizer } from 'sesame-nlp/tokenizers';
import { expect, test } from 'vitest';
import { gpt2 } from '../tokenizers/fixtures.js';

test('words become a text, and their places in it', () => {
  const { text, words } = joinWords(['The', 'tide', "'s", 'out']);
  expect(text).toBe("The tide 's out");
  expect(words.map(([start, end]) => text.slice(start, end))).toEqual(['The', 'tide', "'s", 'out']);
  expect(joinWords(['潮水', '😀', '退'], '')).toEqual({
    text: '潮水😀退',
    words: [
      [0, 2],
      [2, 4],
      [4, 5],
    ],
  });
  expect(joinWords([])).toEqual({ text: '', words: [] });
});

test('a piece belongs to the word in which it begins, and special tokens to none', () => {
  const { words } = joinWords(['EU-based', 'firm']); // [CLS] EU - based firm [SEP]
  const offsets = [
    [0, 0],
    [0, 2],
    [2, 3],
    [3, 8],
    [9, 13],
    [0, 0],
  ] as const;
  expect(wordIdsOf(offsets, words)).toEqual([null, 0, 0, 0, 1, null]);
});

test('a piece that begins with the space before a word, as in GPT-2, belongs to that word', () => {
  const { words } = joinWords(['a', 'tide', 'b']);
  expect(
    wordIdsOf(
      [
        [0, 1],
        [1, 4],
        [4, 6],
        [6, 7],
        [7, 8],
      ],
      words,
    ),
  ).toEqual([0, 1, 1, null, 2]);
});

test('pieces of a text around the words belong to none', () => {
  expect(
    wordIdsOf(
      [
        [0, 2],
        [3, 5],
        [6, 9],
      ],
      [[3, 5]],
    ),
  ).toEqual([null, 0, null]);
});

test('byte-level BPE of English and Chinese gives each word its label once', () => {
  const tokens = ['The', 'tide', '潮', '😀'];
  const { text, words } = joinWords(tokens);
  const wordIds = wordIdsOf(gpt2().encode(text).offsets, words);
  expect(alignLabels([1, 2, 3, 4], wordIds).filter((label) => label >= 0)).toEqual([1, 2, 3, 4]);
});

test('a tokenizer of characters gives each Chinese word its characters', () => {
  const tokenizer = createCharacterTokenizer({ vocab: [...'潮水退了😀'] });
  const { text, words } = joinWords(['潮水', '退', '了', '😀'], '');
  expect(wordIdsOf(tokenizer.encode(text).offsets, words)).toEqual([0, 0, 1, 2, 3]);
});

test('each piece of any words belongs to the word that it is cut from', () => {
  const word = fc.string({ minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 8 }),
      fc.constantFrom('', ' ', '--'),
      fc.nat(2),
      (tokens, separator, size) => {
        const { words } = joinWords(tokens, separator);
        const pieces = words.flatMap(([start, end], index) => {
          const cut: { word: number; offsets: [number, number] }[] = [];
          for (let at = start; at < end; at += size + 1) {
            cut.push({ word: index, offsets: [at, Math.min(at + size + 1, end)] });
          }
          return cut;
        });
        expect(
          wordIdsOf(
            pieces.map(({ offsets }) => offsets),
            words,
          ),
        ).toEqual(pieces.map(({ word }) => word));
      },
    ),
  );
});

test('words that overlap or are out of order are refused', () => {
  expect(() =>
    wordIdsOf(
      [],
      [
        [0, 3],
        [2, 4],
      ],
    ),
  ).toThrow(ShapeError);
  expect(() =>
    wordIdsOf(
      [],
      [
        [3, 4],
        [0, 1],
      ],
    ),
  ).toThrow(/word 1 begins before the end/);
});
