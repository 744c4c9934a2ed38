import fc from 'fast-check';
import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import { createCharacterTokenizer, tokenizerFromJson, trainCharacterTokenizer } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from './fixtures.js';

const sample = '潮水退了就知道誰';

describe('createCharacterTokenizer', () => {
  it('makes each code point a token', () => {
    const tokenizer = createCharacterTokenizer({ vocab: [...sample, '😀', '\u200d', '\n'] });
    const text = '潮水\n😀\u200d😀誰';
    const encoding = tokenizer.encode(text);
    expect(encoding.ids).toEqual([0, 1, 10, 8, 9, 8, 7]);
    expect(encoding.offsets.map(([start, end]) => text.slice(start, end))).toEqual(encoding.tokens);
    expect(tokenizer.decode(encoding.ids)).toBe(text);
    expect(tokenizer.vocabSize).toBe(11);
  });

  it('names an unknown character, its place, and what to do', () => {
    const tokenizer = createCharacterTokenizer({ vocab: ['a'] });
    expect(() => tokenizer.encode('aa😀')).toThrow(TokenizerError);
    expect(() => tokenizer.encode('aa😀')).toThrow(/"😀" \(U\+1F600\) at offset 2.*unknownToken/s);
  });

  it('encodes unknown characters as the unknown token, which counts as text', () => {
    const tokenizer = createCharacterTokenizer({ vocab: ['a'], unknownToken: '<unk>' });
    const encoding = tokenizer.encode('a潮😀');
    expect(encoding.tokens).toEqual(['a', '<unk>', '<unk>']);
    expect(encoding.offsets).toEqual([
      [0, 1],
      [1, 2],
      [2, 4],
    ]);
    expect(encoding.specialTokensMask).toEqual([0, 0, 0]);
    expect(tokenizer.decode(encoding.ids)).toBe('a<unk><unk>');
    expect(tokenizer.decode(encoding.ids, { skipSpecialTokens: true })).toBe('a');
  });

  it('reads a lone surrogate as U+FFFD', () => {
    const tokenizer = createCharacterTokenizer({ vocab: ['\ufffd', 'a'] });
    expect(tokenizer.encode('\udc00a\ud800').ids).toEqual([0, 1, 0]);
  });

  it('never makes a special token of text, even one of a single character', () => {
    const tokenizer = createCharacterTokenizer({ vocab: [...'<s>^'], specialTokens: ['<s>', '^'], unknownToken: '?' });
    expect(tokenizer.encode('<s>^').tokens).toEqual(['<', 's', '>', '?']);
    expect(tokenizer.encode('<s>^', { parseSpecialTokens: true }).tokens).toEqual(['<s>', '^']);
  });

  it('refuses a token that is neither a character nor special', () => {
    expect(() => createCharacterTokenizer({ vocab: ['ab'] })).toThrow(/"ab" is not one character/);
    expect(() => createCharacterTokenizer({ vocab: [''] })).toThrow(TokenizerError);
    expect(createCharacterTokenizer({ vocab: ['ab'], specialTokens: ['ab'] }).vocabSize).toBe(1);
    expect(() => createCharacterTokenizer({ vocab: [], unknowntoken: 'a' } as never)).toThrow(ConfigError);
    expect(() => createCharacterTokenizer({ vocab: [], template: { singel: '$A' } } as never)).toThrow(/mean single/);
  });

  it('survives toJson and tokenizerFromJson', () => {
    const tokenizers = [
      createCharacterTokenizer({ vocab: [...sample, '\n', '😀', '"', '\\', '0', '1'] }),
      createCharacterTokenizer({ vocab: { b: 5, a: 2, '<unk>': 3 }, unknownToken: '<unk>' }),
      createCharacterTokenizer({ vocab: ['a'], specialTokens: ['<unk>', '</s>'], template: { single: '$A </s>' } }),
    ];
    for (const tokenizer of tokenizers) {
      const again = tokenizerFromJson(tokenizer.toJson());
      expect(again.toJson()).toBe(tokenizer.toJson());
      expect([...again.specialTokens]).toEqual([...tokenizer.specialTokens]);
      expect(again.encode('aaa'.slice(tokenizer.tokenToId('a') === undefined ? 3 : 0)).ids).toEqual(
        tokenizer.encode('aaa'.slice(tokenizer.tokenToId('a') === undefined ? 3 : 0)).ids,
      );
    }
    expect(() => tokenizerFromJson(tokenizers[0]!.toJson()).encode('x')).toThrow(/not in the vocabulary/);
    expect(() => tokenizerFromJson(tokenizers[2]!.toJson()).encode('x')).toThrow(/not in the vocabulary/);
    expect(tokenizerFromJson(tokenizers[1]!.toJson()).encode('x').ids).toEqual([3]);
  });

  it.each([{ single: '$A:1' }, { pair: '$B:1 $A' }, { pair: '$A $B' }, {}])(
    'a template that adds no token, %j, survives toJson and tokenizerFromJson',
    (template) => {
      const tokenizer = createCharacterTokenizer({ vocab: ['a', 'b'], template });
      const again = tokenizerFromJson(tokenizer.toJson());
      for (const options of [{}, { pair: 'bb' }]) {
        expect({ ...again.encode('a', options) }).toEqual({ ...tokenizer.encode('a', options) });
      }
    },
  );
});

describe('trainCharacterTokenizer', () => {
  it('numbers the characters of the corpus in order of code point', async () => {
    const tokenizer = await trainCharacterTokenizer(['潮b', 'a😀b'], {
      specialTokens: ['</s>'],
      unknownToken: '<unk>',
    });
    const tokens = Array.from({ length: tokenizer.vocabSize }, (_, id) => tokenizer.idToToken(id));
    expect(tokens).toEqual(['a', 'b', '潮', '😀', '</s>', '<unk>']);
  });

  it('gives back any text made of the characters of its corpus', async () => {
    await fc.assert(
      fc.asyncProperty(wellFormedText, async (text) => {
        if (text === '') return;
        const tokenizer = await trainCharacterTokenizer(text);
        expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves rare characters to the unknown token', async () => {
    const tokenizer = await trainCharacterTokenizer('aab', { minFrequency: 2, unknownToken: '<unk>' });
    expect(tokenizer.encode('ab').tokens).toEqual(['a', '<unk>']);
  });

  it('refuses an empty corpus, and a corpus that is no text', async () => {
    await expect(trainCharacterTokenizer('')).rejects.toThrow(TokenizerError);
    await expect(trainCharacterTokenizer([])).rejects.toThrow(/corpus is empty/);
    await expect(trainCharacterTokenizer([5 as unknown as string])).rejects.toThrow(/corpus is or holds 5/);
    await expect(trainCharacterTokenizer(null as unknown as string)).rejects.toThrow(ConfigError);
    await expect(trainCharacterTokenizer('a', { minFrequency: 0 })).rejects.toThrow(ConfigError);
  });

  it('stops when it is told to', async () => {
    const reason = new Error('enough');
    await expect(trainCharacterTokenizer('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
