import fc from 'fast-check';
import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import { countTypes, frequentTypes } from 'sesame-nlp/segmentation';
import {
  createWordVocabulary,
  readTokenLines,
  type WordVocabulary,
  wordVocabularyFromJson,
  writeTokenLines,
} from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { anyText, wellFormedText } from '../fixtures.js';

describe('createWordVocabulary', () => {
  it('numbers the words that it is given, then the special tokens', () => {
    const vocab = ['潮水', '退了', '就'];
    const vocabulary = createWordVocabulary({ vocab, unknownToken: '[UNK]', specialTokens: ['[PAD]'] });
    expect(vocabulary.vocabSize).toBe(5);
    expect([...vocabulary.specialTokens]).toEqual([
      ['[PAD]', 3],
      ['[UNK]', 4],
    ]);
    expect([...vocabulary.entries()].map(([token]) => token)).toEqual(['潮水', '退了', '就', '[PAD]', '[UNK]']);
    expect(vocabulary.tokenToId('退了')).toBe(1);
    expect(vocabulary.tokenToId('誰')).toBeUndefined();
    expect(vocabulary.idToToken(2)).toBe('就');
    expect(vocabulary.idToToken(5)).toBeUndefined();
  });

  it('keeps the ids of special tokens that the vocabulary has', () => {
    const vocabulary = createWordVocabulary({ vocab: ['[PAD]', '[UNK]', '潮水'], unknownToken: '[UNK]' });
    expect(vocabulary.vocabSize).toBe(3);
    expect(vocabulary.tokensToIds(['潮水', '誰'])).toEqual([2, 1]);
  });

  it('makes of a corpus the same vocabulary in whatever order it was read', async () => {
    const texts = [
      ['潮水', '退了'],
      ['誰', '潮水'],
      ['就', '誰', '潮水'],
    ];
    const read = async (documents: string[][]) =>
      createWordVocabulary({ vocab: frequentTypes(await countTypes(documents)), unknownToken: '[UNK]' });
    const vocabulary = await read(texts);
    expect([...vocabulary.entries()].map(([token]) => token)).toEqual(['潮水', '誰', '就', '退了', '[UNK]']);
    expect((await read(texts.toReversed())).toJson()).toBe(vocabulary.toJson());
  });

  it('turns words that it lacks into the unknown token, or names them', () => {
    const known = createWordVocabulary({ vocab: ['潮水'], unknownToken: '[UNK]' });
    expect(known.tokensToIds(['潮水', '誰', '潮水'])).toEqual([0, 1, 0]);
    expect(known.idsToTokens([0, 1])).toEqual(['潮水', '[UNK]']);
    const strict = createWordVocabulary({ vocab: ['潮水'] });
    expect(strict.unknownToken).toBeUndefined();
    expect(() => strict.tokensToIds(['潮水', '誰'])).toThrow(TokenizerError);
    expect(() => strict.tokensToIds(['潮水', '誰'])).toThrow(/"誰" is not in the vocabulary.*unknownToken/s);
  });

  it('makes no special token of a word that spells one', () => {
    const vocab = ['潮水', '[PAD]'];
    const vocabulary = createWordVocabulary({ vocab, unknownToken: '[UNK]', specialTokens: ['[PAD]'] });
    expect(vocabulary.tokensToIds(['[PAD]', '潮水', '[UNK]'])).toEqual([2, 0, 2]);
    const strict = createWordVocabulary({ vocab, specialTokens: ['[PAD]'] });
    expect(() => strict.tokensToIds(['[PAD]'])).toThrow(/"\[PAD\]" is not in the vocabulary as a word/);
  });

  it('keeps words with names of Object.prototype', () => {
    const vocab = ['__proto__', 'constructor', 'toString', ''];
    const vocabulary = createWordVocabulary({ vocab });
    expect(vocabulary.tokensToIds(vocab)).toEqual([0, 1, 2, 3]);
    expect(wordVocabularyFromJson(vocabulary.toJson()).tokensToIds(vocab)).toEqual([0, 1, 2, 3]);
    expect(vocabulary.tokenToId('hasOwnProperty')).toBeUndefined();
  });

  it('has an id for any word, and gives the words back that it has', () => {
    const vocab = ['潮水', '退了', 'a', '\ufffd', '__proto__'];
    const vocabulary = createWordVocabulary({ vocab, unknownToken: '[UNK]' });
    const words = fc.array(fc.oneof(anyText, fc.constantFrom(...vocab, '\ud800')));
    fc.assert(
      fc.property(words, (tokens) => {
        const back = vocabulary.idsToTokens(vocabulary.tokensToIds(tokens));
        const expected = tokens.map((token) => token.replace(/\p{Surrogate}/gu, '\ufffd'));
        expect(back).toEqual(expected.map((token) => (vocab.includes(token) ? token : '[UNK]')));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what is no list of words', () => {
    const vocabulary = createWordVocabulary({ vocab: ['潮', '水'] });
    expect(() => vocabulary.tokensToIds('潮水')).toThrow(/tokens are "潮水".*array/s);
    expect(() => vocabulary.tokensToIds([5 as never])).toThrow(TokenizerError);
    expect(() => vocabulary.idsToTokens([0, 2])).toThrow(/no token with the id 2.*below 2/s);
    expect(() => createWordVocabulary({ vocab: ['潮', '潮'] })).toThrow(TokenizerError);
    expect(() => createWordVocabulary({ vocab: ['潮'], specialTokens: [''] })).toThrow(TokenizerError);
    expect(() => createWordVocabulary({ vocab: ['潮'], unknowntoken: 'a' } as never)).toThrow(ConfigError);
  });
});

/** Vocabularies of all kinds: with gaps, with and without an unknown token, with tokens of every shape. */
const anyVocabulary = fc
  .record({
    tokens: fc.uniqueArray(fc.oneof(wellFormedText, fc.constantFrom('__proto__', 'constructor', '1', '[UNK]', '')), {
      maxLength: 12,
    }),
    gap: fc.integer({ min: 1, max: 3 }),
    unknownToken: fc.constantFrom('[UNK]', '__proto__', undefined),
    specialTokens: fc.constantFrom<string[]>([], ['[PAD]'], ['toString', '[PAD]']),
  })
  .map(({ tokens, gap, unknownToken, specialTokens }) =>
    createWordVocabulary({
      vocab: new Map(tokens.map((token, index) => [token, gap * index])),
      specialTokens,
      ...(unknownToken !== undefined && { unknownToken }),
    }),
  );

describe('a saved vocabulary', () => {
  const state = (vocabulary: WordVocabulary) => ({
    entries: [...vocabulary.entries()],
    specialTokens: [...vocabulary.specialTokens],
    unknownToken: vocabulary.unknownToken,
    vocabSize: vocabulary.vocabSize,
  });

  it('is the same again from JSON', () => {
    fc.assert(
      fc.property(anyVocabulary, (vocabulary) => {
        const again = wordVocabularyFromJson(vocabulary.toJson());
        expect(state(again)).toEqual(state(vocabulary));
        expect(again.toJson()).toBe(vocabulary.toJson());
      }),
      { numRuns: 500 },
    );
  });

  it('has the same ids again from lines, or says why lines cannot hold it', () => {
    fc.assert(
      fc.property(anyVocabulary, (vocabulary) => {
        const entries = [...vocabulary.entries()];
        const fits = entries.every(([token, id], index) => id === index && !/[\r\n]|^\ufeff/.test(token));
        try {
          const vocab = readTokenLines(writeTokenLines(entries));
          expect([...createWordVocabulary({ vocab }).entries()]).toEqual(entries);
        } catch (error) {
          expect(error).toBeInstanceOf(TokenizerError);
          expect(fits).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is read from the lines of BERT's vocab.txt, and from a vocab.json", () => {
    expect(readTokenLines('\ufeff[PAD]\r\n[UNK]\r\n潮\r\n')).toEqual(['[PAD]', '[UNK]', '潮']);
    expect(readTokenLines('[PAD]\n\n潮')).toEqual(['[PAD]', '', '潮']);
    expect(readTokenLines('')).toEqual([]);
    expect(createWordVocabulary({ vocab: '{"潮": 1, "水": 0}' }).tokensToIds(['潮', '水'])).toEqual([1, 0]);
    expect(() => readTokenLines(undefined as never)).toThrow(TokenizerError);
  });

  it('is refused where it is malformed', () => {
    const file = (changes: object) =>
      JSON.stringify({ type: 'WordVocabulary', vocab: { a: 0 }, specialTokens: [], ...changes });
    expect(wordVocabularyFromJson(file({})).vocabSize).toBe(1);
    for (const changes of [
      { type: 'WordLevel' },
      { vocab: ['a'] },
      { vocab: null },
      { vocab: { a: -1 } },
      { vocab: { a: 'b' } },
      { vocab: { a: 0, b: 0 } },
      { unknownToken: 5 },
      { unknownToken: null },
      { specialTokens: 'a' },
      { specialTokens: [5] },
      { specialTokens: [''] },
    ]) {
      expect(() => wordVocabularyFromJson(file(changes))).toThrow(TokenizerError);
    }
    expect(() => wordVocabularyFromJson('{"a": 0}')).toThrow(/createWordVocabulary\(\{ vocab \}\)/);
    expect(() => wordVocabularyFromJson('[]')).toThrow(TokenizerError);
    expect(() => wordVocabularyFromJson('潮')).toThrow(/not JSON/);
  });
});
