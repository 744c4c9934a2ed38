import { TokenizerError } from 'sesame-nlp/errors';
import {
  type AddedTokenOptions,
  bertNormalizer,
  createTokenizer,
  tokenizerFromJson,
  whitespaceSplitPreTokenizer,
  wordLevelModel,
} from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';

const vocab = ['[UNK]', 'a', 'b'];
const tokenizer = (...addedTokens: (string | AddedTokenOptions)[]) =>
  createTokenizer({
    preTokenizer: whitespaceSplitPreTokenizer(),
    model: wordLevelModel({ vocab, unknownToken: '[UNK]' }),
    addedTokens,
  });
/** Each token beside its surface. */
const found = (text: string, ...tokens: AddedTokenOptions[]) => {
  const encoding = tokenizer(...tokens).encode(text);
  return encoding.tokens.map((token, index) => [token, text.slice(...encoding.offsets[index]!)]);
};

describe('added tokens', () => {
  it('get the ids of the vocabulary, their own, or the next', () => {
    const tokens = tokenizer('b', '<x>', { content: '<y>', id: 9 }, '<z>');
    expect([...tokens.specialTokens]).toEqual([
      ['b', 2],
      ['<x>', 3],
      ['<y>', 9],
      ['<z>', 10],
    ]);
    expect(tokens.vocabSize).toBe(11);
    expect(tokens.idToToken(9)).toBe('<y>');
    expect(tokens.idToToken(5)).toBeUndefined();
  });

  it('are found, the longest first, wherever they stand', () => {
    expect(found('a<x>b<x><xx>', { content: '<x>', special: false }, { content: '<x><xx>', special: false })).toEqual([
      ['a', 'a'],
      ['<x>', '<x>'],
      ['b', 'b'],
      ['<x><xx>', '<x><xx>'],
    ]);
  });

  it('take the white space beside them that they are told', () => {
    const token = { content: '<x>', special: false };
    expect(found('a  <x>\n b', { ...token, lstrip: true })[1]).toEqual(['<x>', '  <x>']);
    expect(found('a  <x>\n b', { ...token, rstrip: true })[1]).toEqual(['<x>', '<x>\n ']);
    expect(found('<x> <x>', { ...token, lstrip: true, rstrip: true })).toEqual([
      ['<x>', '<x> '],
      ['<x>', '<x>'],
    ]);
  });

  it('are single words if they are told so', () => {
    const token = { content: 'ab', special: false, singleWord: true };
    expect(found('ab xab abx éab 😀ab-ab 𝒳ab', token).filter(([name]) => name === 'ab')).toHaveLength(3);
  });

  it('are words of their own', () => {
    const { wordIds } = tokenizer({ content: '<x>', special: false }).encode('a b<x>a');
    expect(wordIds).toEqual([0, 1, 2, 3]);
  });

  it('are looked for in the normalized text, if they are told so', () => {
    const normalized = createTokenizer({
      normalizer: bertNormalizer(),
      preTokenizer: whitespaceSplitPreTokenizer(),
      model: wordLevelModel({ vocab, unknownToken: '[UNK]' }),
      addedTokens: [
        { content: 'Tide', special: false },
        { content: '<X>', normalized: true },
      ],
    });
    const text = 'a TÍDE b';
    const { tokens, offsets } = normalized.encode(text);
    expect(tokens).toEqual(['a', 'Tide', 'b']);
    expect(text.slice(...offsets[1]!)).toBe('TÍDE');
    expect(normalized.encode('a<x>').tokens).toEqual(['[UNK]']);
    const parsed = normalized.encode('a<x>', { parseSpecialTokens: true });
    expect(parsed.tokens).toEqual(['a', '<X>']);
    expect(parsed.specialTokensMask).toEqual([0, 1]);
    const again = tokenizerFromJson(normalized.toJson());
    expect(again.toJson()).toBe(normalized.toJson());
    expect(again.encode(text).tokens).toEqual(tokens);
  });

  it('are refused if they are empty, there twice, or want an id that is taken', () => {
    expect(() => tokenizer('')).toThrow(TokenizerError);
    expect(() => tokenizer('<x>', '<x>')).toThrow(/twice/);
    expect(() => tokenizer({ content: '<x>', id: 1 })).toThrow(/that is "a"'s/);
    expect(() => tokenizer({ content: 'a', id: 7 })).toThrow(/its id is 1/);
    expect(() => tokenizer({ content: '<x>', id: -1 })).toThrow(TokenizerError);
  });
});
