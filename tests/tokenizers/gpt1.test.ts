import { TokenizerError } from 'sesame-nlp/errors';
import { createGpt1Tokenizer, tokenizerFromJson } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { type ExpectedEncoding, readFixture } from './fixtures.js';

const tokenizer = createGpt1Tokenizer({
  vocab: readFixture('tiny-gpt1/vocab.json'),
  merges: readFixture('tiny-gpt1/merges.txt'),
});
const expected = JSON.parse(readFixture('tiny-gpt1/expected.json')) as {
  items: ExpectedEncoding[];
  decode: { ids: number[]; text: string }[];
};
const unknown = tokenizer.tokenToId('<unk>')!;

describe('createGpt1Tokenizer', () => {
  it('encodes every reference text as the reference does', () => {
    expect(expected.items.length).toBeGreaterThan(20);
    for (const { text, tokens, ids } of expected.items) {
      const encoding = tokenizer.encode(text);
      expect({ text, ids: encoding.ids }).toEqual({ text, ids });
      // The reference shows an unknown character as it is spelt; its token is <unk>.
      const known = tokens.map((token, index) => (ids[index] === unknown ? '<unk>' : token));
      expect({ text, tokens: encoding.tokens }).toEqual({ text, tokens: known });
    }
  });

  it('decodes as the reference does, at once and token by token', () => {
    for (const { ids, text } of expected.decode) {
      expect(tokenizer.decode(ids)).toBe(text);
      const stream = tokenizer.decodeStream();
      expect([...ids.map((id) => stream.push(id)), stream.end()].join('')).toBe(text);
    }
  });

  it('shows a word of a stream when it is there, and the space when another follows', () => {
    const stream = tokenizer.decodeStream();
    const { ids } = tokenizer.encode('the hello');
    expect(ids.map((id) => stream.push(id))).toEqual(['the', ' hello']);
    expect(stream.end()).toBe('');
  });

  it('survives toJson and tokenizerFromJson', () => {
    const again = tokenizerFromJson(tokenizer.toJson());
    expect(again.toJson()).toBe(tokenizer.toJson());
    for (const { text, ids } of expected.items) expect(again.encode(text).ids).toEqual(ids);
  });

  it('adds an unknown token that the vocabulary lacks, and refuses merges that do not fit', () => {
    const small = createGpt1Tokenizer({ vocab: ['a', 'a</w>'], merges: [] });
    expect(small.encode('aa b').ids).toEqual([0, 1, 2]);
    expect(() => createGpt1Tokenizer({ vocab: ['a'], merges: ['a b'] })).toThrow(TokenizerError);
  });
});
