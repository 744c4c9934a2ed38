import fc from 'fast-check';
import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import { createDictionarySegmenter } from 'sesame-nlp/segmentation';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '../tokenizers/fixtures.js';
import { jieba, piecesOf, readFixture } from './fixtures.js';

const segmenterOf = (words: Record<string, number>) => createDictionarySegmenter({ words: Object.entries(words) });

describe('createDictionarySegmenter', () => {
  it('cuts where the product of the frequencies is the largest', () => {
    // 研究 + 生命 is 10 * 5, 研究生 + 命 is 2 * 1; then 6 * 10 against 10 * 5.
    const words = { 研究: 10, 生命: 5, 研究生: 2, 命: 1, 起源: 4, 的: 30 };
    expect(piecesOf(segmenterOf(words), '研究生命的起源')).toEqual(['研究', '生命', '的', '起源']);
    expect(piecesOf(segmenterOf({ ...words, 研究生: 6, 命: 10 }), '研究生命的起源')).toEqual([
      '研究生',
      '命',
      '的',
      '起源',
    ]);
  });

  it('counts words too: one rare word beats two frequent ones', () => {
    // 1 / 2001 against 1000 / 2001 * 1000 / 2001.
    expect(piecesOf(segmenterOf({ 甲: 1000, 乙: 1000, 甲乙: 1 }), '甲乙')).toEqual(['甲', '乙']);
    expect(piecesOf(segmenterOf({ 甲: 30, 乙: 30, 丙: 940, 甲乙: 1 }), '甲乙')).toEqual(['甲乙']); // 1 against 0.9
  });

  it('takes the longer word first where both ways are equally probable', () => {
    const words = { 甲乙: 3, 丙: 5, 甲: 5, 乙丙: 3 };
    expect(piecesOf(segmenterOf(words), '甲乙丙')).toEqual(['甲乙', '丙']);
    expect(piecesOf(segmenterOf(Object.fromEntries(Object.entries(words).reverse())), '甲乙丙')).toEqual([
      '甲乙',
      '丙',
    ]);
  });

  it('finds the most probable words of any text, as trying all ways does', () => {
    const frequencies = new Map([
      ['甲', 7],
      ['乙', 2],
      ['甲乙', 3],
      ['乙丙', 5],
      ['甲乙丙', 2],
      ['丙丁', 4],
      ['丁', 1],
      ['乙丙丁甲', 3],
    ]);
    const segmenter = createDictionarySegmenter({ words: frequencies });
    const total = [...frequencies.values()].reduce((sum, frequency) => sum + frequency);
    /** The largest probability of a way to cut the text. A character is a step of its own only where no word begins. */
    const bestProbability = (text: string): number => {
      if (text === '') return 1;
      const words = [...frequencies.keys()].filter((word) => text.startsWith(word));
      const steps = words.length > 0 ? words : [text[0]!];
      return Math.max(
        ...steps.map((word) => ((frequencies.get(word) ?? 1) / total) * bestProbability(text.slice(word.length))),
      );
    };
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('甲', '乙', '丙', '丁', '戊'), maxLength: 14 }), (text) => {
        const probability = piecesOf(segmenter, text).reduce(
          (product, word) => product * ((frequencies.get(word) ?? 1) / total),
          1,
        );
        expect(probability / bestProbability(text)).toBeCloseTo(1, 9);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps letters of scripts with spaces together, and digits, and cuts other characters one by one', () => {
    const segmenter = segmenterOf({ 手机: 3, T恤: 2 });
    expect(piecesOf(segmenter, 'iPhone6手机')).toEqual(['iPhone6', '手机']);
    expect(piecesOf(segmenter, '买T恤XL号')).toEqual(['买', 'T恤', 'XL', '号']);
    expect(piecesOf(segmenter, 'naïve cafe\u0301s Москва 김철수 ２０２４')).toEqual([
      'naïve',
      ' ',
      'cafe\u0301s',
      ' ',
      'Москва',
      ' ',
      '김철수',
      ' ',
      '２０２４',
    ]);
    expect(piecesOf(segmenter, '𠀀𠀁あア々ไทย')).toEqual(['𠀀', '𠀁', 'あ', 'ア', '々', 'ไ', 'ท', 'ย']);
    expect(piecesOf(segmenter, '——，3.14%')).toEqual(['—', '—', '，', '3', '.', '14', '%']);
  });

  it('leaves to a character what belongs to it', () => {
    const segmenter = segmenterOf({ 葛飾: 3, 手: 2 });
    const whole = [
      '葛\u{e0100}',
      '手\u0301',
      '👩🏽\u200d🚀',
      '🇹🇼',
      '🇯🇵',
      '1\ufe0f\u20e3',
      '❤\ufe0f',
      '，',
      '\r\n',
      '\n',
      '🏴\u{e0067}\u{e007f}',
    ];
    expect(piecesOf(segmenter, whole.join(''))).toEqual(whole);
    expect(piecesOf(segmenter, '葛飾\u{e0100}')).toEqual(['葛飾\u{e0100}']);
    expect(piecesOf(segmenter, '\u0301手\n\u0301')).toEqual(['\u0301', '手', '\n', '\u0301']);
    expect(piecesOf(segmenterOf({ '🇼': 1 }), '🇹🇼🇯🇵')).toEqual(['🇹🇼', '🇯🇵']);
    expect(piecesOf(segmenter, 'a\u200d😀')).toEqual(['a\u200d', '😀']); // an emoji is joined to an emoji only
  });

  it('begins no segment with a combining mark, except behind the beginning or a control character', () => {
    const segmenter = jieba();
    fc.assert(
      fc.property(wellFormedText, (text) => {
        for (const { start } of segmenter.segment(text)) {
          if (start > 0 && text.charCodeAt(start - 1) >= 0x20) expect(text.slice(start)).not.toMatch(/^\p{M}/u);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds words of symbols and of characters outside the basic plane', () => {
    const segmenter = segmenterOf({ 𠀀𠀁: 2, '·': 1, 列夫·托尔斯泰: 2, '^_^': 1 });
    expect(piecesOf(segmenter, '𠀀𠀁𠀀列夫·托尔斯泰^_^·')).toEqual(['𠀀𠀁', '𠀀', '列夫·托尔斯泰', '^_^', '·']);
    // Half of a pair that occurs in a word is not that word's character.
    expect(piecesOf(segmenter, '\ud840𠀀\udc00')).toEqual(['\ud840', '𠀀', '\udc00']);
  });

  it('takes the later frequency of a word that comes twice, and takes out what occurs 0 times', () => {
    const words: [string, number][] = [
      ['退了', 3],
      ['退', 2],
      ['了', 2],
      ['潮水', 5],
      ['潮水', 7],
      ['退了', 0],
    ];
    const segmenter = createDictionarySegmenter({ words });
    expect([...segmenter.words()]).toEqual([
      ['了', 2],
      ['潮水', 7],
      ['退', 2],
    ]);
    expect(piecesOf(segmenter, '潮水退了')).toEqual(['潮水', '退', '了']);
  });

  it('gives its words in order of code unit, whatever their order and names were', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.oneof(
            fc.constantFrom('__proto__', 'constructor', 'toString', '潮', '潮水', '潮水退', '😀'),
            fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).map((word) => `${word.replace(/\s/g, '')}字`),
          ),
          fc.integer({ min: 1, max: 2 ** 40 }),
          { minKeys: 1 },
        ),
        (dictionary) => {
          const words = Object.entries(dictionary);
          const sorted = words.toSorted(([a], [b]) => (a < b ? -1 : 1));
          const segmenter = createDictionarySegmenter({ words });
          expect([...segmenter.words()]).toEqual(sorted);
          expect([...createDictionarySegmenter({ words: segmenter.words() }).words()]).toEqual(sorted);
          for (const [word] of words) expect(piecesOf(segmenter, word).join('')).toBe(word);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each<[problem: string, words: unknown, message: RegExp]>([
    ['no word', [], /no words.*readJiebaDictionary/s],
    ['no word that occurs', [['潮', 0]], /no words/],
    ['an empty word', [['', 1]], /"" is empty/],
    ['white space', [['New York', 1]], /"New York" has white space/],
    ['a lone surrogate', [['潮\ud800', 1]], /lone surrogate/],
    ['a word of 65 code units', [['潮'.repeat(65), 1]], /65 UTF-16 code units.*1 to 64/s],
    ['a word that is none', [[5, 1]], /word 5 is no string/],
    ['a frequency of one and a half', [['潮', 1.5]], /frequency of "潮" is 1.5/],
    ['a negative frequency', [['潮', -1]], /frequency of "潮" is -1/],
    ['a frequency that is none', [['潮', '3']], /frequency of "潮" is 3/],
    ['a frequency beyond exact numbers', [['潮', 2 ** 53]], /frequency of "潮"/],
  ])('refuses %s', (_, words, message) => {
    expect(() => createDictionarySegmenter({ words } as never)).toThrow(TokenizerError);
    expect(() => createDictionarySegmenter({ words } as never)).toThrow(message);
  });

  it.each<[problem: string, options: unknown, message: RegExp]>([
    ['the text of a dictionary', { words: '潮水 3\n' }, /readJiebaDictionary/],
    ['words without frequencies', { words: ['潮水'] }, /no pair.*readJiebaDictionary/s],
    ['an object', { words: { 潮水: 3 } }, /of type object.*pairs/s],
    ['no words at all', {}, /of type undefined/],
    ['a misspelt option', { word: [['潮水', 3]] }, /Did you mean words/],
  ])('refuses %s', (_, options, message) => {
    expect(() => createDictionarySegmenter(options as never)).toThrow(ConfigError);
    expect(() => createDictionarySegmenter(options as never)).toThrow(message);
  });
});

describe('jieba, with the same dictionary and HMM=False,', () => {
  const expected = JSON.parse(readFixture('expected.json')) as string[][];
  const segmenter = jieba();

  it('cuts every sentence as a dictionary segmenter does', () => {
    expect(expected.length).toBeGreaterThan(200);
    const cut = expected.map((pieces) => piecesOf(segmenter, pieces.join('')));
    expect(cut).toEqual(expected);
  });

  it('cuts a whole text of them so too', () => {
    const text = expected.map((pieces) => pieces.join('')).join('\n');
    expect(piecesOf(segmenter, text)).toEqual(
      expected.flatMap((pieces, index) => (index > 0 ? ['\n', ...pieces] : pieces)),
    );
  });
});
