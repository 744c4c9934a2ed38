import fc from 'fast-check';
import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import {
  createByteLevelBpeTokenizer,
  createCharacterTokenizer,
  type EncodeOptions,
  tokenizerFromJson,
} from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { timesToRun } from '../support/nightly.js';
import { gpt2, readFixture, wellFormedText } from './fixtures.js';

interface ExpectedCase {
  text: string;
  options: EncodeOptions;
  ids: number[];
  tokens: string[];
  typeIds: number[];
  attentionMask: number[];
  offsets: [number, number][];
}

const trained = JSON.parse(readFixture('trained/expected.json')) as { tokenizer: string; cases: ExpectedCase[] };
const tokenizer = createCharacterTokenizer({
  vocab: [...'abcdefg潮水退了'],
  specialTokens: ['<s>', '</s>', '<pad>'],
  template: { single: '<s> $A </s>', pair: '<s> $A </s> $B:1 </s>:1' },
});
const [start, end, padding] = [11, 12, 13];

describe('encode', () => {
  it("equals Hugging Face's tokenizers on texts and pairs, truncated, padded, with a template", () => {
    const reference = tokenizerFromJson(trained.tokenizer);
    expect(trained.cases.length).toBeGreaterThan(50);
    for (const { text, options, ...expected } of trained.cases) {
      const { ids, tokens, typeIds, attentionMask, offsets } = reference.encode(text, options);
      expect({ text, options, ids, tokens, typeIds, attentionMask, offsets }).toEqual({ text, options, ...expected });
    }
  });

  it('is not changed by a text that is encoded before its offsets are read', () => {
    for (const text of ['abc', 'abcdefg'.repeat(5000)]) {
      const options = { addSpecialTokens: false };
      const encoding = tokenizer.encode(text, options);
      tokenizer.encode(`水${text}`, options);
      expect(encoding.tokens).toEqual([...text]);
      expect(encoding.offsets).toEqual([...text].map((_, index) => [index, index + 1]));
    }
  });

  it('puts the template around a text and a pair', () => {
    expect(tokenizer.encode('a潮')).toEqual({
      ids: [start, 0, 7, end],
      tokens: ['<s>', 'a', '潮', '</s>'],
      offsets: [
        [0, 0],
        [0, 1],
        [1, 2],
        [0, 0],
      ],
      attentionMask: [1, 1, 1, 1],
      typeIds: [0, 0, 0, 0],
      specialTokensMask: [1, 0, 0, 1],
      wordIds: [null, 0, 1, null],
      overflowing: [],
    });
    expect(tokenizer.encode('a', { pair: 'bc' })).toMatchObject({
      ids: [start, 0, end, 1, 2, end],
      typeIds: [0, 0, 0, 1, 1, 1],
      specialTokensMask: [1, 0, 1, 0, 0, 1],
      offsets: [
        [0, 0],
        [0, 1],
        [0, 0],
        [0, 1],
        [1, 2],
        [0, 0],
      ],
    });
    expect(tokenizer.encode('a', { pair: 'bc', addSpecialTokens: false })).toMatchObject({
      ids: [0, 1, 2],
      typeIds: [0, 1, 1],
    });
  });

  it('truncates to maxLength, special tokens included, the longer text of a pair first', () => {
    expect(tokenizer.encode('abcdefg', { maxLength: 4 }).ids).toEqual([start, 0, 1, end]);
    expect(tokenizer.encode('abcdefg', { pair: 'ab', maxLength: 7 }).tokens.join('')).toBe('<s>ab</s>ab</s>');
    expect(tokenizer.encode('ab', { pair: 'abcdefg', maxLength: 8 }).tokens.join('')).toBe('<s>ab</s>abc</s>');
    expect(tokenizer.encode('abcd', { pair: 'efgabc', maxLength: 8 }).tokens.join('')).toBe('<s>abc</s>ef</s>');
    expect(tokenizer.encode('abc', { maxLength: 2 }).ids).toEqual([start, end]);
    expect(() => tokenizer.encode('abc', { maxLength: 1 })).toThrow(ConfigError);
  });

  it('pads on either side', () => {
    expect(tokenizer.encode('a', { padTo: 5 })).toMatchObject({
      ids: [start, 0, end, padding, padding],
      attentionMask: [1, 1, 1, 0, 0],
      specialTokensMask: [1, 0, 1, 1, 1],
    });
    expect(tokenizer.encode('a', { padTo: 5, padSide: 'left' })).toMatchObject({
      ids: [padding, padding, start, 0, end],
      attentionMask: [0, 0, 1, 1, 1],
      offsets: [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 1],
        [0, 0],
      ],
    });
    expect(tokenizer.encode('abc', { padTo: 2 }).ids).toHaveLength(5);
    expect(tokenizer.encode('a', { padTo: 4, padToken: '</s>' }).ids).toEqual([start, 0, end, end]);
  });

  it('truncates always the same text of a pair, if it is told so', () => {
    const cut = (text: string, pair: string, maxLength: number, truncation: 'onlyFirst' | 'onlySecond') =>
      tokenizer.encode(text, { pair, maxLength, truncation }).tokens.join('');
    expect(cut('abcdefg', 'abc', 8, 'onlyFirst')).toBe('<s>ab</s>abc</s>');
    expect(cut('abc', 'abcdefg', 8, 'onlySecond')).toBe('<s>abc</s>ab</s>');
    expect(tokenizer.encode('abcd', { maxLength: 4, truncation: 'onlyFirst' }).tokens.join('')).toBe('<s>ab</s>');
    expect(() => cut('ab', 'abcdefg', 8, 'onlyFirst')).toThrow(/onlyFirst has no more/);
    expect(() => tokenizer.encode('abcd', { maxLength: 4, truncation: 'onlySecond' })).toThrow(ConfigError);
    expect(() => cut('a', 'b', 9, 'longest' as 'onlyFirst')).toThrow(/'longestFirst' or 'onlyFirst' or 'onlySecond'/);
  });

  it('gives what was cut off in windows that overlap by stride', () => {
    const windows = (text: string, options: EncodeOptions) => {
      const encoding = tokenizer.encode(text, options);
      return [encoding, ...encoding.overflowing].map(({ tokens }) => tokens.join(''));
    };
    expect(windows('abcdefg', { maxLength: 5 })).toEqual(['<s>abc</s>', '<s>def</s>', '<s>g</s>']);
    expect(windows('abcdefg', { maxLength: 5, stride: 1 })).toEqual(['<s>abc</s>', '<s>cde</s>', '<s>efg</s>']);
    expect(windows('abcdefg', { maxLength: 5, stride: 2, addSpecialTokens: false })).toEqual(['abcde', 'defg']);
    expect(windows('abcdefg', { maxLength: 9 })).toEqual(['<s>abcdefg</s>']);
    expect(windows('abcd', { maxLength: 2 })).toEqual(['<s></s>']);
    expect(windows('ab', { pair: 'abcdef', maxLength: 8, truncation: 'onlySecond', stride: 1 })).toEqual([
      '<s>ab</s>abc</s>',
      '<s>ab</s>cde</s>',
      '<s>ab</s>ef</s>',
    ]);
    expect(windows('abcd', { pair: 'efg', maxLength: 7 })).toEqual([
      '<s>ab</s>ef</s>',
      '<s>ab</s>g</s>',
      '<s>cd</s>ef</s>',
      '<s>cd</s>g</s>',
    ]);
    expect(() => tokenizer.encode('abcdefg', { maxLength: 5, stride: 3 })).toThrow(/stride is 3, and 3 tokens/);
    expect(() => tokenizer.encode('a', { stride: -1 })).toThrow(ConfigError);
  });

  it('pads windows as it pads the encoding, and keeps their offsets', () => {
    const text = 'abcdefg';
    const { overflowing } = tokenizer.encode(text, { maxLength: 5, padTo: 6, padSide: 'left' });
    expect(overflowing.map(({ ids }) => ids)).toEqual([
      [padding, start, 3, 4, 5, end],
      [padding, padding, padding, start, 6, end],
    ]);
    const { offsets, wordIds, overflowing: none } = overflowing[0]!;
    expect(offsets.map(([from, to]) => text.slice(from, to)).join('')).toBe('def');
    expect(wordIds).toEqual([null, null, 3, 4, 5, null]);
    expect(none).toEqual([]);
  });

  it('loses no token to windows, however they overlap', () => {
    const letters = fc.array(fc.constantFrom(...'abcdefg'), { maxLength: 30 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(letters, fc.integer({ min: 1, max: 9 }), fc.nat(8), (text, maxLength, stride) => {
        fc.pre(stride < maxLength);
        const encoding = tokenizer.encode(text, { maxLength, stride, addSpecialTokens: false });
        const rest = encoding.overflowing.map(({ ids }) => ids.slice(stride));
        expect([...encoding.ids, ...rest.flat()]).toEqual(tokenizer.encode(text, { addSpecialTokens: false }).ids);
      }),
      { numRuns: 1000 },
    );
  });

  it('pads to a multiple', () => {
    const lengths = (options: EncodeOptions) => tokenizer.encode('abc', options).ids.length;
    expect([4, 5, 6].map((padToMultipleOf) => lengths({ padToMultipleOf }))).toEqual([8, 5, 6]);
    expect(lengths({ padTo: 6, padToMultipleOf: 4 })).toBe(8);
    const batch = tokenizer.encodeBatch(['a', 'abcd'], { padTo: 'longest', padToMultipleOf: 4 });
    expect(batch.map(({ ids }) => ids.length)).toEqual([8, 8]);
    expect(() => lengths({ padToMultipleOf: 0 })).toThrow(ConfigError);
  });

  it('marks special tokens that it was asked to recognise', () => {
    const { ids, specialTokensMask, offsets } = tokenizer.encode('a<s>b', { parseSpecialTokens: true });
    expect(ids).toEqual([start, 0, start, 1, end]);
    expect(specialTokensMask).toEqual([1, 0, 1, 0, 1]);
    expect(offsets[2]).toEqual([1, 4]);
  });

  it('gives arrays that spreading, JSON and structuredClone see', () => {
    const encoding = tokenizer.encode('ab');
    const arrays = ['ids', 'tokens', 'offsets', 'attentionMask', 'typeIds', 'specialTokensMask', 'wordIds'];
    expect(Object.keys({ ...encoding })).toEqual([...arrays, 'overflowing']);
    expect(JSON.parse(JSON.stringify(encoding))).toEqual({ ...encoding });
    expect(structuredClone(encoding)).toEqual({ ...encoding });
  });

  it('refuses unknown and impossible options', () => {
    expect(() => tokenizer.encode('a', { maxlength: 3 } as EncodeOptions)).toThrow(/Did you mean maxLength/);
    expect(() => tokenizer.encode('a', { maxLength: -1 })).toThrow(ConfigError);
    expect(() => tokenizer.encode('a', { padTo: 1.5 })).toThrow(ConfigError);
    expect(() => tokenizer.encode('a', { padSide: 'middle' as 'left' })).toThrow(/'left' or 'right'/);
    expect(() => tokenizer.encode('a', { padTo: 9, padToken: '<none>' })).toThrow(TokenizerError);
    expect(() => tokenizer.encode(5 as unknown as string)).toThrow(/the text is 5/);
    expect(() => tokenizer.encodeBatch('ab' as unknown as string[])).toThrow(TokenizerError);
    expect(() => tokenizer.decode(5 as unknown as number[])).toThrow(/the ids are 5/);
    const bare = createCharacterTokenizer({ vocab: ['a'] });
    expect(() => bare.encode('a', { padTo: 2 })).toThrow(/padToken/);
    expect(bare.encode('a', { padTo: 1 }).ids).toEqual([0]);
  });
});

describe('encodeBatch', () => {
  it('equals encode, text by text', () => {
    const tokenizer = gpt2();
    fc.assert(
      fc.property(fc.array(wellFormedText, { maxLength: 5 }), fc.nat(12), (texts, maxLength) => {
        const batch = tokenizer.encodeBatch(texts, { maxLength });
        expect(batch.map((encoding) => ({ ...encoding }))).toEqual(
          texts.map((text) => ({ ...tokenizer.encode(text, { maxLength }) })),
        );
      }),
      { numRuns: timesToRun({ always: 10_000, nightly: 1_000_000 }) },
    );
  });

  it('pads to the longest, left or right', () => {
    const ids = (padSide: 'left' | 'right') =>
      tokenizer
        .encodeBatch(['abc', '潮'], { padTo: 'longest', padSide, addSpecialTokens: false })
        .map((row) => row.ids);
    expect(ids('right')).toEqual([
      [0, 1, 2],
      [7, padding, padding],
    ]);
    expect(ids('left')).toEqual([
      [0, 1, 2],
      [padding, padding, 7],
    ]);
    expect(tokenizer.encodeBatch([], { padTo: 'longest' })).toEqual([]);
  });

  it('encodes pairs', () => {
    const [first, second] = tokenizer.encodeBatch(['a', 'b'], { pairs: ['c', 'de'], padTo: 8 });
    expect(first).toEqual(tokenizer.encode('a', { pair: 'c', padTo: 8 }));
    expect(second).toEqual(tokenizer.encode('b', { pair: 'de', padTo: 8 }));
    expect(() => tokenizer.encodeBatch(['a', 'b'], { pairs: ['c'] })).toThrow(/1 pairs for 2 texts/);
  });

  it("pads GPT-2's batches with its only special token by default", () => {
    const [first, second] = gpt2().encodeBatch(['Hello', 'Hello world'], { padTo: 'longest', padSide: 'left' });
    expect(first!.ids).toEqual([50256, 15496]);
    expect(first!.attentionMask).toEqual([0, 1]);
    expect(second!.ids).toEqual([15496, 995]);
  });
});

describe('templates', () => {
  it('append an end of text to what GPT-2 reads', () => {
    const tokenizer = createByteLevelBpeTokenizer({
      vocab: readFixture('gpt2/vocab.json'),
      merges: readFixture('gpt2/merges.txt'),
      template: { single: '$A <|endoftext|>' },
    });
    expect(tokenizer.encode('Hello<|endoftext|>').ids.filter((id) => id === 50256)).toHaveLength(1);
    expect(tokenizer.encode('Hello').ids).toEqual([15496, 50256]);
    expect(tokenizer.encode('Hello', { addSpecialTokens: false }).ids).toEqual([15496]);
  });
});
