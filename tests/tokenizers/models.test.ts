import fc from 'fast-check';
import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import {
  type BpeModelOptions,
  bpeModel,
  createTokenizer,
  createUnigramTokenizer,
  type Model,
  tokenizerFromJson,
  type UnigramModelOptions,
  unigramModel,
  whitespaceSplitPreTokenizer,
  wordLevelModel,
} from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';

const encode = (model: Model, text: string) => {
  const { tokens, offsets } = createTokenizer({ model }).encode(text);
  return tokens.map((token, index) => `${token} ${text.slice(...offsets[index]!)}`);
};
const tokens = (model: Model, text: string) => createTokenizer({ model }).encode(text).tokens;

describe('bpeModel', () => {
  const vocab = [
    '<unk>',
    'u',
    'n',
    'r',
    'e',
    'l',
    'a',
    't',
    'd',
    're',
    'at',
    'ed',
    'un',
    'ated',
    'rel',
    'related',
    'unrelated',
  ];
  const merges = ['r e', 'a t', 'e d', 'u n', 'at ed', 're l', 'rel ated', 'un related'];

  it('merges what was learned first, first', () => {
    expect(tokens(bpeModel({ vocab, merges }), 'unrelated')).toEqual(['unrelated']);
    expect(tokens(bpeModel({ vocab, merges: merges.slice(0, 4) }), 'unrelated')).toEqual(['un', 're', 'l', 'at', 'ed']);
    expect(tokens(bpeModel({ vocab, merges: [] }), 'rel')).toEqual(['r', 'e', 'l']);
  });

  it('makes unknown characters unknown, each or together, or refuses them', () => {
    const model = (options: Partial<BpeModelOptions>) => bpeModel({ vocab, merges, ...options });
    expect(encode(model({ unknownToken: '<unk>' }), 'u😀xn')).toEqual(['u u', '<unk> 😀', '<unk> x', 'n n']);
    expect(encode(model({ unknownToken: '<unk>', fuseUnknown: true }), 'x😀uxx')).toEqual([
      '<unk> x😀',
      'u u',
      '<unk> xx',
    ]);
    expect(() => encode(model({}), 'ux')).toThrow(/"x" at offset 1/);
    expect(() => model({ unknownToken: '?' })).toThrow(TokenizerError);
    expect(() => model({ unkToken: '?' } as never)).toThrow(ConfigError);
  });

  it('falls back to bytes, which cover their character', () => {
    const bytes = ['<0xF0>', '<0x9F>', '<0x98>', '<0x80>', '<0x61>'];
    const model = bpeModel({ vocab: ['<unk>', 'b', ...bytes], merges: [], unknownToken: '<unk>', byteFallback: true });
    expect(encode(model, 'b😀')).toEqual(['b b', '<0xF0> 😀', '<0x9F> 😀', '<0x98> 😀', '<0x80> 😀']);
    expect(tokens(model, 'é')).toEqual(['<unk>']); // a byte of it is missing
    expect(tokens(model, 'ab')).toEqual(['<0x61>', 'b']);
  });

  it('marks the ends of words, and pieces that are not first', () => {
    const suffix = bpeModel({
      vocab: ['a', 'b', 'b</w>', 'ab</w>', 'a</w>'],
      merges: ['a b</w>'],
      endOfWordSuffix: '</w>',
    });
    expect(tokens(suffix, 'ab')).toEqual(['ab</w>']);
    expect(tokens(suffix, 'aba')).toEqual(['a', 'b', 'a</w>']);
    const prefix = bpeModel({ vocab: ['a', '##a', '##b', 'ab'], merges: [['a', '##b']], continuingPrefix: '##' });
    expect(encode(prefix, 'aba')).toEqual(['ab ab', '##a a']);
  });

  it('keeps a word whole that is a token, if the merges are to be ignored', () => {
    const options = { vocab: ['a', 'b', 'c', 'ab', 'abc'], merges: ['a b'] };
    expect(tokens(bpeModel(options), 'abc')).toEqual(['ab', 'c']);
    expect(tokens(bpeModel({ ...options, ignoreMerges: true }), 'abc')).toEqual(['abc']);
  });

  it('covers the right characters in long words too', () => {
    const model = bpeModel({
      vocab: ['<unk>', 'a', 'b', 'ab', 'abab'],
      merges: ['a b', 'ab ab'],
      unknownToken: '<unk>',
    });
    const text = '😀ab'.repeat(50) + 'ab'.repeat(100);
    const { tokens: found, offsets } = createTokenizer({ model }).encode(text);
    for (const [index, token] of found.entries()) {
      expect(text.slice(...offsets[index]!)).toBe(token === '<unk>' ? '😀' : token);
    }
    expect(offsets.at(-1)![1]).toBe(text.length);
  });
});

describe('unigramModel', () => {
  const pieces = [
    ['<unk>', 0],
    ['a', 0],
    ['b', 0],
    ['c', 0],
    ['d', 0],
    ['cd', 1],
    ['ab', 2],
    ['abc', 5],
    ['abcd', 10],
  ] as const;

  it('finds the pieces whose scores sum up to the most', () => {
    const model = unigramModel({ pieces, unknownToken: '<unk>' });
    expect(encode(model, 'abcdacdxx')).toEqual(['abcd abcd', 'a a', 'cd cd', '<unk> xx']);
    expect(encode(model, 'x😀a')).toEqual(['<unk> x😀', 'a a']);
  });

  it('finds them among all ways to spell a word', () => {
    const vocab = ['a', 'b', 'ab', 'ba', 'aba', 'bab', 'abab'];
    const scores = fc.array(fc.integer({ min: -40, max: -1 }), { minLength: vocab.length, maxLength: vocab.length });
    const word = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 9 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(scores, word, (values, text) => {
        const scored = new Map(vocab.map((piece, index) => [piece, values[index]!]));
        const best = (rest: string): number =>
          rest === ''
            ? 0
            : Math.max(
                ...[...scored].flatMap(([piece, score]) =>
                  rest.startsWith(piece) ? [score + best(rest.slice(piece.length))] : [],
                ),
              );
        const found = tokens(unigramModel({ pieces: [...scored] }), text);
        expect(found.join('')).toBe(text);
        expect(found.reduce((sum, piece) => sum + scored.get(piece)!, 0)).toBe(best(text));
      }),
      { numRuns: 500 },
    );
  });

  it('falls back to bytes, never to text that spells one', () => {
    const bytes = ['<0xC3>', '<0xA9>'].map((piece) => [piece, 0] as const);
    const model = unigramModel({
      pieces: [['<unk>', 0], ['a', -1], ...bytes],
      unknownToken: '<unk>',
      byteFallback: true,
    });
    expect(encode(model, 'aé')).toEqual(['a a', '<0xC3> é', '<0xA9> é']);
    expect(tokens(model, '<0xC3>')).toEqual(['<unk>']);
    expect(tokens(model, '<unk>')).not.toContain('<0xC3>');
  });

  it('refuses characters that no piece has where there is no unknown one, and malformed pieces', () => {
    expect(() => encode(unigramModel({ pieces: [['a', -1]] }), 'ab')).toThrow(/"b" at offset 1/);
    const create = (options: unknown) => () => unigramModel(options as UnigramModelOptions);
    expect(create({ pieces: 5 })).toThrow(TokenizerError);
    expect(create({ pieces: [['a', Number.POSITIVE_INFINITY]] })).toThrow(TokenizerError);
    expect(create({ pieces: [['a', 1, 2]] })).toThrow(TokenizerError);
    expect(
      create({
        pieces: [
          ['a', 1],
          ['a', 2],
        ],
      }),
    ).toThrow(/"a" twice/);
    expect(create({ pieces: [['a', 1]], unknownToken: 'b' })).toThrow(TokenizerError);
    expect(create({ pieces: [], unkToken: 'b' })).toThrow(ConfigError);
  });
});

describe('createUnigramTokenizer', () => {
  const tokenizer = createUnigramTokenizer({
    pieces: [
      ['<unk>', 0],
      ['▁', -3],
      ['▁the', -1],
      ['▁tide', -2],
      ['s', -2],
      ['</s>', 0],
      ['<pad>', 0],
    ],
    unknownToken: '<unk>',
    specialTokens: ['</s>', '<pad>', '<new>'],
    template: { single: '$A </s>' },
  });

  it('normalizes, spells, and decodes', () => {
    const text = ' ｔｈｅ \t tides 字';
    const { tokens: found, offsets } = tokenizer.encode(text);
    expect(found).toEqual(['▁the', '▁tide', 's', '▁', '<unk>', '</s>']);
    expect(offsets.slice(0, 2).map(([start, end]) => text.slice(start, end))).toEqual(['ｔｈｅ', ' \t tide']);
    expect(tokenizer.decode(tokenizer.encode('the tides 字').ids, { skipSpecialTokens: true })).toBe('the tides ');
    expect(tokenizer.decode(tokenizer.encode('the 字', { addSpecialTokens: false }).ids)).toBe('the  ⁇ ');
    expect(tokenizer.tokenToId('<new>')).toBe(7);
  });

  it('survives toJson and tokenizerFromJson', () => {
    const again = tokenizerFromJson(tokenizer.toJson());
    expect(again.toJson()).toBe(tokenizer.toJson());
    expect({ ...again.encode('the tides') }).toEqual({ ...tokenizer.encode('the tides') });
  });
});

describe('wordLevelModel', () => {
  it('looks words up', () => {
    const tokenizer = createTokenizer({
      preTokenizer: whitespaceSplitPreTokenizer(),
      model: wordLevelModel({ vocab: ['[UNK]', 'tide', '__proto__'], unknownToken: '[UNK]' }),
    });
    expect(tokenizer.encode('tide x __proto__ toString').ids).toEqual([1, 0, 2, 0]);
    expect(tokenizer.decode([1, 2])).toBe('tide __proto__');
    expect(() => createTokenizer({ model: wordLevelModel({ vocab: ['a'], unknownToken: '?' }) }).encode('b')).toThrow(
      TokenizerError,
    );
  });
});
