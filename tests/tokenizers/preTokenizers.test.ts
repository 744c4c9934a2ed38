import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import {
  bertPreTokenizer,
  byteLevelPreTokenizer,
  charDelimiterSplitPreTokenizer,
  digitsPreTokenizer,
  fixedLengthPreTokenizer,
  MappedText,
  metaspacePreTokenizer,
  type PreTokenizer,
  punctuationPreTokenizer,
  type SplitBehavior,
  segmenterPreTokenizer,
  sequencePreTokenizer,
  splitPreTokenizer,
  unicodeScriptsPreTokenizer,
  whitespacePreTokenizer,
  whitespaceSplitPreTokenizer,
} from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';

/** The words, each with the part of the text that it covers. */
const words = (preTokenizer: PreTokenizer, text: string, start = 0) =>
  preTokenizer
    .preTokenize(MappedText.of(text, start))
    .map((word) => [word.text, word.start(0), word.end(word.length - 1)]);
const texts = (preTokenizer: PreTokenizer, text: string) =>
  preTokenizer.preTokenize(MappedText.of(text)).map((word) => word.text);

describe('splitPreTokenizer', () => {
  const behaviors: [SplitBehavior, boolean, string[]][] = [
    ['removed', false, ['the', 'final', 'countdown']],
    ['isolated', false, ['the', '-', 'final', '-', '-', 'countdown']],
    ['mergedWithPrevious', false, ['the-', 'final-', '-', 'countdown']],
    ['mergedWithNext', false, ['the', '-final', '-', '-countdown']],
    ['contiguous', false, ['the', '-', 'final', '--', 'countdown']],
    ['removed', true, ['-', '-', '-']],
    ['contiguous', true, ['the', '-', 'final', '--', 'countdown']],
  ];
  it.each(behaviors)('does with the matches as told: %s, inverted %s', (behavior, invert, expected) => {
    const text = 'the-final--countdown';
    expect(texts(splitPreTokenizer('-', { behavior, invert }), text)).toEqual(expected);
    expect(texts(splitPreTokenizer({ regex: '-' }, { behavior, invert }), text)).toEqual(expected);
  });

  it('drops empty words, and leaves a text without matches whole', () => {
    expect(texts(splitPreTokenizer({ regex: 'x*' }), 'axb')).toEqual(['a', 'x', 'b']);
    expect(texts(splitPreTokenizer('-', { behavior: 'mergedWithPrevious' }), 'abc')).toEqual(['abc']);
    expect(texts(splitPreTokenizer('-', { behavior: 'removed' }), '--')).toEqual([]);
    expect(() => splitPreTokenizer('-', { behaviour: 'removed' } as never)).toThrow(/Did you mean behavior/);
  });
});

describe('pre-tokenizers that split', () => {
  it('at white space', () => {
    expect(words(whitespaceSplitPreTokenizer(), ' Hey,\u3000man!\n', 10)).toEqual([
      ['Hey,', 11, 15],
      ['man!', 16, 20],
    ]);
  });

  it('at white space, and between letters and what is none', () => {
    expect(texts(whitespacePreTokenizer(), 'Hey man! e\u0301_1😀,,潮水。')).toEqual([
      'Hey',
      'man',
      '!',
      'e\u0301_1',
      '😀,,',
      '潮水',
      '。',
    ]);
  });

  it('at punctuation', () => {
    expect(texts(punctuationPreTokenizer(), 'Hey!?  a$。')).toEqual(['Hey', '!', '?', '  a', '$', '。']);
    expect(texts(punctuationPreTokenizer('contiguous'), 'Hey!?')).toEqual(['Hey', '!?']);
  });

  it('at digits', () => {
    expect(texts(digitsPreTokenizer(), 'a12½b')).toEqual(['a', '12½', 'b']);
    expect(texts(digitsPreTokenizer({ individual: true }), 'a12½b')).toEqual(['a', '1', '2', '½', 'b']);
  });

  it('at a character', () => {
    expect(texts(charDelimiterSplitPreTokenizer('😀'), 'a😀b😀😀')).toEqual(['a', 'b']);
    expect(() => charDelimiterSplitPreTokenizer('ab')).toThrow(TokenizerError);
    expect(() => charDelimiterSplitPreTokenizer('')).toThrow(TokenizerError);
  });

  it('after so many characters', () => {
    expect(texts(fixedLengthPreTokenizer(2), 'a😀bcd')).toEqual(['a😀', 'bc', 'd']);
    expect(() => fixedLengthPreTokenizer(0)).toThrow(ConfigError);
  });

  it('as BERT does', () => {
    expect(texts(bertPreTokenizer(), "Hey friend!  don't^")).toEqual(['Hey', 'friend', '!', 'don', "'", 't', '^']);
    expect(texts(bertPreTokenizer({ neverSplit: ["don't"] }), "don't don't.")).toEqual(["don't", 'don', "'", 't', '.']);
  });

  it('where the script changes', () => {
    expect(texts(unicodeScriptsPreTokenizer(), 'どこで生れ。Yes ok')).toEqual(['どこで生れ', '。', 'Yes ok']);
    expect(texts(unicodeScriptsPreTokenizer(), ' 林檎ー。')).toEqual(['林檎ー', '。']);
    expect(texts(unicodeScriptsPreTokenizer(), '  ')).toEqual([]);
  });

  it('one after the other', () => {
    const sequence = sequencePreTokenizer([whitespaceSplitPreTokenizer(), punctuationPreTokenizer()]);
    expect(words(sequence, 'How are you?')).toEqual([
      ['How', 0, 3],
      ['are', 4, 7],
      ['you', 8, 11],
      ['?', 11, 12],
    ]);
    expect(texts(sequencePreTokenizer([]), 'a b')).toEqual(['a b']);
  });

  it('as a segmenter does', () => {
    const pairs = {
      segment: (text: string) =>
        Array.from({ length: text.length / 2 }, (_, i) => ({ start: 2 * i, end: 2 * i + 2, isWord: true })),
    };
    const preTokenizer = segmenterPreTokenizer(pairs);
    expect(texts(preTokenizer, '潮水退了')).toEqual(['潮水', '退了']);
    expect(() => preTokenizer.toJson()).toThrow(/no name for a word segmenter/);
  });
});

describe('metaspacePreTokenizer', () => {
  it('writes spaces as a character, and gives a text one', () => {
    expect(words(metaspacePreTokenizer(), 'Hey   friend!')).toEqual([
      ['▁Hey', 0, 3],
      ['▁', 3, 4],
      ['▁', 4, 5],
      ['▁friend!', 5, 13],
    ]);
    expect(texts(metaspacePreTokenizer(), ' Hey')).toEqual(['▁Hey']);
  });

  it('gives it to the texts that it is told', () => {
    expect(texts(metaspacePreTokenizer({ prependScheme: 'never' }), 'a b')).toEqual(['a', '▁b']);
    const first = metaspacePreTokenizer({ prependScheme: 'first', split: false });
    expect(words(first, 'how are')).toEqual([['▁how▁are', 0, 7]]);
    expect(words(first, 'how are', 3)).toEqual([['how▁are', 3, 10]]);
    expect(() => metaspacePreTokenizer({ replacement: 'ab' })).toThrow(TokenizerError);
    expect(() => metaspacePreTokenizer({ prependScheme: 'last' as never })).toThrow(TokenizerError);
  });
});

describe('byteLevelPreTokenizer', () => {
  it('spells GPT-2’s words in bytes', () => {
    expect(words(byteLevelPreTokenizer(), 'Hello wörld')).toEqual([
      ['Hello', 0, 5],
      ['ĠwÃ¶rld', 5, 11],
    ]);
    expect(words(byteLevelPreTokenizer({ addPrefixSpace: true }), 'Hey')).toEqual([['ĠHey', 0, 3]]);
    expect(texts(byteLevelPreTokenizer({ addPrefixSpace: true }), ' Hey')).toEqual(['ĠHey']);
    expect(texts(byteLevelPreTokenizer({ splitWords: false }), 'a b')).toEqual(['aĠb']);
  });
});
