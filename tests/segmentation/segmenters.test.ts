// What every segmenter promises.

import fc from 'fast-check';
import { TokenizerError } from 'sesame-nlp/errors';
import {
  createDictionarySegmenter,
  createIntlSegmenter,
  createWhitespaceSegmenter,
  type WordSegmenter,
  wordsOf,
} from 'sesame-nlp/segmentation';
import { describe, expect, it } from 'vitest';
import { timesToRun } from '../support/nightly.js';
import { anyText } from '../tokenizers/fixtures.js';
import { jieba, piecesOf } from './fixtures.js';

/** Words that meet the texts of the property tests in their middle, and names that objects are born with. */
const hostileWords: [string, number][] = [
  ['__proto__', 5],
  ['constructor', 3],
  ['toString', 3],
  ['潮水', 4],
  ['水退', 9],
  ['T恤', 2],
  ['e', 1],
  ['\u0301', 2],
  ['\u200d', 1],
  ['😀', 1],
  ['👩\u200d👩', 2],
  ['🇼', 3],
  ['𠀀𠀁', 3],
  [',', 8],
];

const segmenters: [name: string, segmenter: WordSegmenter][] = [
  ['createIntlSegmenter()', createIntlSegmenter()],
  ["createDictionarySegmenter() with jieba's words", jieba()],
  ['createDictionarySegmenter() with hostile words', createDictionarySegmenter({ words: hostileWords })],
  ['createWhitespaceSegmenter()', createWhitespaceSegmenter()],
];

describe.each(segmenters)('%s', (_, segmenter) => {
  it('cuts any string into segments that tile it, and cuts no character in two', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const segments = [...segmenter.segment(text)];
        const starts = segments.map(({ start }) => start);
        const ends = segments.map(({ end }) => end);
        expect([...starts, text.length]).toEqual([0, ...ends].slice(0, text === '' ? 1 : undefined));
        for (const { start, end } of segments) {
          expect(end).toBeGreaterThan(start);
          expect(text.slice(end - 1, end + 1)).not.toMatch(/^[\ud800-\udbff][\udc00-\udfff]$/);
        }
      }),
      { numRuns: timesToRun({ always: 1000, nightly: 100_000 }) },
    );
  });

  it('knows words from what is between them', () => {
    const text = 'tide 潮水 ，。 \n 2024 😀';
    const between = [...segmenter.segment(text)].filter(({ isWord }) => !isWord);
    expect(between.map(({ start, end }) => text.slice(start, end)).join('')).toBe('  ，。 \n  😀');
    expect(wordsOf(segmenter, text).join(' ')).toMatch(/^tide 潮 ?水 2024$/);
    expect(wordsOf(segmenter, '，。 \n')).toEqual([]);
  });

  it('has no segment for an empty text', () => {
    expect([...segmenter.segment('')]).toEqual([]);
    expect(wordsOf(segmenter, '')).toEqual([]);
  });

  it('reads two texts at a time as it reads them one after the other', () => {
    const texts = ['潮水退了就知道誰', 'iPhone 退了 潮水，水退。'.repeat(20)] as const;
    const [first, second] = texts.map((text) => segmenter.segment(text)[Symbol.iterator]());
    const interleaved: [unknown[], unknown[]] = [[], []];
    for (;;) {
      const [a, b] = [first!.next(), second!.next()];
      if (!a.done) interleaved[0].push(a.value);
      if (!b.done) interleaved[1].push(b.value);
      if (a.done && b.done) break;
    }
    expect(interleaved).toEqual(texts.map((text) => [...segmenter.segment(text)]));
  });

  it.each([undefined, null, 5, ['潮水']])('refuses %j, which is no text, at once', (text) => {
    expect(() => segmenter.segment(text as unknown as string)).toThrow(TokenizerError);
  });

  it('cuts a long text of one character', { timeout: 60_000 }, () => {
    for (const character of ['a', ' ', '潮', '，', '\u0301', '😀', '🇹', '\u200d', '\ud800', '\r\n']) {
      const text = character.repeat(2 ** 17 / character.length);
      let end = 0;
      for (const segment of segmenter.segment(text)) end = segment.end;
      expect(end).toBe(text.length);
    }
  });
});

it('a segment is a word where it has a letter or a digit', () => {
  const text = fc.oneof(anyText, fc.constantFrom('䷀', '〇', '①', '々', '㐀', '𠀀', 'ー', '٣'));
  fc.assert(
    fc.property(text, (sample) => {
      for (const [, segmenter] of segmenters.slice(1)) {
        for (const { start, end, isWord } of segmenter.segment(sample)) {
          expect(isWord).toBe(/[\p{L}\p{N}]/u.test(sample.slice(start, end)));
        }
      }
    }),
    { numRuns: 500 },
  );
});

it('the classic sample is cut into the words that it is known for', () => {
  const expected = ['潮水', '退了', '就', '知道', '誰'];
  const words = expected.map((word): [string, number] => [word, 1]);
  expect(piecesOf(createDictionarySegmenter({ words }), '潮水退了就知道誰')).toEqual(expected);
  expect(wordsOf(createWhitespaceSegmenter(), '潮水 退了 就 知道 誰')).toEqual(expected);
  // Dictionaries of engines differ about 退了.
  expect(piecesOf(createIntlSegmenter(), '潮水退了就知道誰').join(' ')).toMatch(/^潮水 退 ?了 就 知道 誰$/);
});
