import fc from 'fast-check';
import { TokenizerError } from 'sesame-nlp/errors';
import { createCharacterTokenizer, type Tokenizer } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { bytesToUnicode } from '../../src/tokenizers/byteAlphabet.js';
import { timesToRun } from '../support/nightly.js';
import { gpt2 } from './fixtures.js';

const tokenizer = gpt2();

function stream(tokenizer: Tokenizer, ids: readonly number[], skipSpecialTokens = false): string[] {
  const decoding = tokenizer.decodeStream({ skipSpecialTokens });
  return [...ids.map((id) => decoding.push(id)), decoding.end()];
}

describe('decodeStream', () => {
  it('holds a character back until its last byte', () => {
    const { ids } = tokenizer.encode('潮水😀!');
    expect(ids).toHaveLength(8);
    expect(stream(tokenizer, ids)).toEqual(['', '', '潮', '', '水', '', '😀', '!', '']);
  });

  it('ends an incomplete character as U+FFFD, and starts anew', () => {
    const [first, second, third] = tokenizer.encode('潮').ids as [number, number, number];
    const decoding = tokenizer.decodeStream();
    expect(decoding.push(first) + decoding.push(second)).toBe('');
    expect(decoding.end()).toBe('\ufffd');
    expect([first, second, third].map((id) => decoding.push(id)).join('')).toBe('潮');
    expect(decoding.end()).toBe('');
  });

  it('keeps a byte order mark, which is text', () => {
    expect(stream(tokenizer, tokenizer.encode('\ufeffa\ufeff').ids).join('')).toBe('\ufeffa\ufeff');
  });

  // Single bytes, the tokens that break UTF-8 in every way, beside ordinary tokens and the special one.
  const byteId = fc.integer({ min: 0, max: 255 });
  const anyIds = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: byteId },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 50256 }) },
      { weight: 1, arbitrary: fc.constantFrom(50256, 158, 47249, 172, 222) },
    ),
    { maxLength: 16 },
  );

  it('joined is what decode gives for all ids at once, for any ids', () => {
    fc.assert(
      fc.property(anyIds, fc.boolean(), (ids, skipSpecialTokens) => {
        const parts = stream(tokenizer, ids, skipSpecialTokens);
        expect(parts.join('')).toBe(tokenizer.decode(ids, { skipSpecialTokens }));
        for (const part of parts) expect(part).not.toMatch(/\p{Surrogate}/u);
      }),
      { numRuns: timesToRun({ always: 10_000, nightly: 1_000_000 }) },
    );
  });

  it('makes of invalid bytes what the WHATWG TextDecoder makes of them', () => {
    // E6 BD is the start of 潮; C0, F8 and FF can start nothing; ED A0 80 would be a surrogate.
    const samples = [
      [0xe6, 0xbd],
      [0xe6, 0xbd, 0x41],
      [0xc0, 0xaf],
      [0xf8],
      [0xff, 0x41],
      [0xed, 0xa0, 0x80],
      [0xf0, 0x9f, 0x98],
      [0x80],
    ];
    const alphabet = bytesToUnicode();
    for (const bytes of samples) {
      const ids = bytes.map((byte) => tokenizer.tokenToId(alphabet[byte]!)!);
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
      expect(tokenizer.decode(ids)).toBe(text);
      expect(stream(tokenizer, ids).join('')).toBe(text);
    }
  });

  it('leaves special tokens out on request, and spells them otherwise', () => {
    const ids = [64, 50256, 65];
    expect(stream(tokenizer, ids).join('')).toBe('a<|endoftext|>b');
    expect(stream(tokenizer, ids, true)).toEqual(['a', '', 'b', '']);
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe('ab');
  });

  it('refuses an id that no token has, in a stream as in decode', () => {
    for (const id of [50257, -1, 1.5, Number.NaN]) {
      expect(() => tokenizer.decodeStream().push(id)).toThrow(TokenizerError);
      expect(() => tokenizer.decode([64, id])).toThrow(`no token with the id ${id}`);
    }
  });

  it('works for characters too', () => {
    const characters = createCharacterTokenizer({ vocab: ['潮', '😀', 'a'] });
    expect(stream(characters, [1, 0, 2])).toEqual(['😀', '潮', 'a', '']);
  });
});
