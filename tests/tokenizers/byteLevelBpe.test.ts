import fc from 'fast-check';
import { TokenizerError } from 'sesame-nlp/errors';
import { createByteLevelBpeTokenizer, type Tokenizer, tokenizerFromJson } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { bytesToUnicode } from '../../src/tokenizers/byteAlphabet.js';
import { timesToRun } from '../support/nightly.js';
import { anyText, type ExpectedEncoding, gpt2, readFixture, wellFormedText } from './fixtures.js';

const tokenizer = gpt2();
const expected = JSON.parse(readFixture('gpt2/expected.json')) as {
  byte_to_unicode: string[];
  items: ExpectedEncoding[];
  special: ExpectedEncoding[];
  decode: { ids: number[]; text: string }[];
};

function expectEncodings(tokenizer: Tokenizer, items: readonly ExpectedEncoding[], parseSpecialTokens: boolean): void {
  expect(items.length).toBeGreaterThan(0);
  for (const { text, tokens, ids } of items) {
    const encoding = tokenizer.encode(text, { parseSpecialTokens });
    expect({ text, tokens: encoding.tokens, ids: encoding.ids }).toEqual({ text, tokens, ids });
    expect(tokenizer.decode(ids)).toBe(text);
  }
}

describe("GPT-2's tokenizer", () => {
  it('encodes every reference text as the reference does, and decodes it back', () => {
    expectEncodings(tokenizer, expected.items, false);
  });

  it('encodes special tokens in text as the reference does when asked to parse them', () => {
    expectEncodings(tokenizer, expected.special, true);
  });

  it('decodes prefixes that end inside a character as the reference does', () => {
    expect(expected.decode.length).toBeGreaterThan(0);
    for (const { ids, text } of expected.decode) expect(tokenizer.decode(ids)).toBe(text);
  });

  it('spells bytes as the reference does', () => {
    expect(bytesToUnicode()).toEqual(expected.byte_to_unicode);
  });

  it('has the vocabulary of its files', () => {
    expect(tokenizer.vocabSize).toBe(50257);
    expect(tokenizer.tokenToId('<|endoftext|>')).toBe(50256);
    expect(tokenizer.idToToken(15496)).toBe('Hello');
    expect(tokenizer.tokenToId('no such token')).toBeUndefined();
    expect(tokenizer.idToToken(50257)).toBeUndefined();
    expect([...tokenizer.specialTokens]).toEqual([['<|endoftext|>', 50256]]);
  });

  it('never makes a special token of text that spells one', () => {
    const { ids, specialTokensMask } = tokenizer.encode('a<|endoftext|>b');
    expect(ids).toEqual([64, 27, 91, 437, 1659, 5239, 91, 29, 65]);
    expect(new Set(specialTokensMask)).toEqual(new Set([0]));
    fc.assert(
      fc.property(fc.array(fc.constantFrom('<|', '|>', 'endoftext', '<|endoftext|>', ' ', '潮')), (parts) => {
        expect(tokenizer.encode(parts.join('')).ids).not.toContain(50256);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives back any of 10,000 well-formed texts', () => {
    fc.assert(
      fc.property(wellFormedText, (text) => tokenizer.decode(tokenizer.encode(text).ids) === text),
      { numRuns: timesToRun({ always: 10_000, nightly: 1_000_000 }) },
    );
  });

  it('encodes a text that is joined at a special token as its parts', () => {
    const encode = (text: string) => tokenizer.encode(text, { parseSpecialTokens: true }).ids;
    fc.assert(
      fc.property(wellFormedText, wellFormedText, (first, second) => {
        expect(encode(`${first}<|endoftext|>${second}`)).toEqual([...encode(first), 50256, ...encode(second)]);
      }),
      { numRuns: timesToRun({ always: 10_000, nightly: 1_000_000 }) },
    );
  });

  it('reads lone surrogates as U+FFFD', () => {
    expect(tokenizer.encode('a\ud800b\udc00').ids).toEqual(tokenizer.encode('a\ufffdb\ufffd').ids);
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text.replace(/\p{Surrogate}/gu, '\ufffd'));
      }),
      { numRuns: 2000 },
    );
  });

  it('encodes words alike whether they are short, long, new or cached', () => {
    for (const word of ['潮水退了就知道誰', 'unbelievable', '😀😀']) {
      const fresh = gpt2();
      const long = word.repeat(20);
      const first = fresh.encode(long).ids;
      expect(fresh.encode(long).ids).toEqual(first);
      expect(fresh.encode(word).ids).toEqual(fresh.encode(word).ids);
      expect(fresh.decode(first)).toBe(long);
    }
  });
});

describe('offsets', () => {
  it('slice the classic sample to its words', () => {
    const text = 'a 潮水';
    const { tokens, offsets } = tokenizer.encode(text);
    expect(tokens).toEqual(['a', 'Ġæ', '½', '®', 'æ°', '´']);
    expect(offsets.map(([start, end]) => text.slice(start, end))).toEqual(['a', ' 潮', '潮', '潮', '水', '水']);
  });

  it('cover a whole surrogate pair where a token cuts it', () => {
    expect(tokenizer.encode('x😀').offsets).toEqual([
      [0, 1],
      [1, 3],
      [1, 3],
    ]);
  });

  it('are the surface of each token, or the characters that it cuts, for any text', () => {
    const byteOf = new Map(bytesToUnicode().map((character, byte) => [character, byte]));
    const encoder = new TextEncoder();
    fc.assert(
      fc.property(anyText, (text) => {
        const { tokens, offsets } = tokenizer.encode(text);
        const bytes = encoder.encode(text);
        let at = 0;
        for (const [index, token] of tokens.entries()) {
          const [start, end] = offsets[index]!;
          const own = Array.from(token, (character) => byteOf.get(character)!);
          // The bytes before the slice and the bytes of the slice must frame the token's bytes, as tightly as characters allow.
          const before = encoder.encode(text.slice(0, start)).length;
          const surface = encoder.encode(text.slice(start, end)).length;
          expect(before).toBeLessThanOrEqual(at);
          expect(before + surface).toBeGreaterThanOrEqual(at + own.length);
          expect(at - before).toBeLessThan(4);
          expect(before + surface - at - own.length).toBeLessThan(4);
          expect([...bytes.slice(at, at + own.length)]).toEqual(own);
          at += own.length;
        }
        expect(at).toBe(bytes.length);
      }),
      { numRuns: timesToRun({ always: 10_000, nightly: 1_000_000 }) },
    );
  });
});

describe('createByteLevelBpeTokenizer', () => {
  it('encodes every text of a small vocabulary as the reference does, from either layout', () => {
    const { items } = JSON.parse(readFixture('tiny-gpt2/expected.json')) as { items: ExpectedEncoding[] };
    const vocab = readFixture('tiny-gpt2/vocab.json');
    expectEncodings(createByteLevelBpeTokenizer({ vocab, merges: readFixture('tiny-gpt2/merges.txt') }), items, false);
    expectEncodings(tokenizerFromJson(readFixture('tiny-gpt2/tokenizer.json')), items, false);
  });

  const bytes = bytesToUnicode();
  const vocab = [...bytes, 'ab', 'abc'];

  it('takes the vocabulary and the merges in every form', () => {
    const object = Object.fromEntries(vocab.map((token, id) => [token, id]));
    const vocabs = [vocab, object, new Map(Object.entries(object)), JSON.stringify(object)];
    const mergeForms = [
      '#version: 0.2\na b\nab c\n',
      'a b\r\nab c\r\n',
      ['a b', 'ab c'],
      [
        ['a', 'b'],
        ['ab', 'c'],
      ] as const,
    ];
    for (const form of vocabs) {
      for (const merges of mergeForms) {
        expect(createByteLevelBpeTokenizer({ vocab: form, merges }).encode('abcab').tokens).toEqual(['abc', 'ab']);
      }
    }
  });

  it('gives special tokens that the vocabulary lacks the next ids', () => {
    const tokenizer = createByteLevelBpeTokenizer({ vocab, merges: [], specialTokens: ['<pad>', 'ab'] });
    expect([...tokenizer.specialTokens]).toEqual([
      ['ab', 256],
      ['<pad>', 258],
    ]);
    expect(tokenizer.vocabSize).toBe(259);
  });

  it('does not merge text into a special token', () => {
    const merges = ['a b', 'ab c'];
    const tokenizer = createByteLevelBpeTokenizer({ vocab, merges, specialTokens: ['ab'] });
    expect(tokenizer.encode('abc').tokens).toEqual(['a', 'b', 'c']);
    expect(tokenizer.encode('abc', { parseSpecialTokens: true }).tokens).toEqual(['ab', 'c']);
    expect(tokenizerFromJson(tokenizer.toJson()).encode('abc').tokens).toEqual(['a', 'b', 'c']);
  });

  it('treats names of Object.prototype as tokens like any other', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const json = `{${[...bytes, ...names].map((token, id) => `${JSON.stringify(token)}:${id}`).join()}}`;
    const tokenizer = createByteLevelBpeTokenizer({ vocab: json, merges: [] });
    expect(names.map((name) => tokenizer.tokenToId(name))).toEqual([256, 257, 258, 259]);
    expect(tokenizer.tokenToId('valueOf')).toBeUndefined();
    expect(tokenizerFromJson(tokenizer.toJson()).tokenToId('__proto__')).toBe(256);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('names the byte that a vocabulary lacks when a text needs it', () => {
    const tokenizer = createByteLevelBpeTokenizer({ vocab: ['a', 'b'], merges: [] });
    expect(tokenizer.encode('ab').ids).toEqual([0, 1]);
    expect(() => tokenizer.encode('ab潮')).toThrow(/"æ" for the byte 0xe6 of "潮" at offset 2/);
  });

  it.each([
    ['an id twice', { vocab: { a: 0, b: 0 }, merges: [] }, /id 0 to "a" and to "b"/],
    ['a token twice', { vocab: ['a', 'a'], merges: [] }, /holds "a" twice/],
    ['a key twice in JSON', { vocab: '{"a":0,"b":1,"\\u0061":2}', merges: [] }, /twice/],
    ['a negative id', { vocab: { a: -1 }, merges: [] }, /id -1/],
    ['an id that would take all memory', { vocab: { a: 2 ** 40 }, merges: [] }, /from 0 to/],
    ['an id that is a string', { vocab: '{"a":"0"}', merges: [] }, /the id "0"/],
    ['a vocabulary that is no JSON', { vocab: 'a b c', merges: [] }, /not JSON/],
    ['a vocabulary that is a number', { vocab: '5', merges: [] }, /vocabulary is 5/],
    ['a vocabulary with a hole', { vocab: Object.assign([], { 0: 'a', 2: 'b' }), merges: [] }, /the token undefined/],
    ['a lone surrogate', { vocab: ['\ud800'], merges: [] }, /lone surrogate/],
    ['a merge of an unknown token', { vocab: ['a', 'b', 'ab'], merges: ['a c'] }, /has no "c"/],
    ['a merge into an unknown token', { vocab: ['a', 'b'], merges: ['a b'] }, /has no "ab"/],
    ['a merge twice', { vocab: ['a', 'b', 'ab'], merges: ['a b', 'a b'] }, /second time/],
    ['a merge of one token', { vocab: ['a'], merges: ['a'] }, /merge 0 is "a"/],
    ['a merge of three', { vocab: ['a', 'b'], merges: ['a b a'] }, /A merge is a pair/],
    ['a special token twice', { vocab: ['a'], merges: [], specialTokens: ['x', 'x'] }, /one twice/],
    ['a template of unknown tokens', { vocab: ['a'], merges: [], template: { single: '<s> $A' } }, /"<s>"/],
    ['a template without the text', { vocab: ['a'], merges: [], template: { single: 'a' } }, /\$A once/],
  ])('refuses %s', (_, options, message) => {
    const create = () => createByteLevelBpeTokenizer(options);
    expect(create).toThrow(TokenizerError);
    expect(create).toThrow(message);
  });
});
