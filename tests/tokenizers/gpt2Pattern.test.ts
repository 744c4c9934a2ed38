import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gpt2WordEnd } from '../../src/tokenizers/preTokenizers/gpt2Pattern.js';
import { anyText } from './fixtures.js';

/** GPT-2's expression, with Unicode's white space in place of JavaScript's. */
const PATTERN =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

function words(text: string): string[] {
  const found: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = gpt2WordEnd(text, start, text.length);
    found.push(text.slice(start, end));
    start = end;
  }
  return found;
}

describe('gpt2WordEnd', () => {
  it('cuts hand-checked texts where GPT-2 does', () => {
    expect(words("I'll say it's  fine 123abc !?\n\n end  ")).toEqual([
      'I',
      "'ll",
      ' say',
      ' it',
      "'s",
      ' ',
      ' fine',
      ' 123',
      'abc',
      ' !?',
      '\n\n',
      ' end',
      '  ',
    ]);
    expect(words('潮水退了,就知道誰')).toEqual(['潮水退了', ',', '就知道誰']);
  });

  it('takes U+0085 for white space and U+FEFF not, unlike JavaScript', () => {
    expect(words('a\u0085b\ufeffc')).toEqual(['a', '\u0085', 'b', '\ufeff', 'c']);
  });

  it('agrees with the regular expression on any text', () => {
    const tricky = fc
      .array(fc.constantFrom("'", 's', 't', 'r', 'e', 'v', 'm', 'l', 'd', ' ', '\n', '1', '!', '潮', '😀', '\u0085'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(anyText, tricky), (text) => {
        expect(words(text)).toEqual(text.match(PATTERN) ?? []);
      }),
      { numRuns: 10_000 },
    );
  });

  it('agrees with the regular expression on every code point', () => {
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 0x1000) {
      const block = Array.from({ length: 0x1000 }, (_, index) => `a${String.fromCodePoint(codePoint + index)}`).join(
        '',
      );
      expect(words(block)).toEqual(block.match(PATTERN));
    }
  });

  it('does not look past the end that it is given', () => {
    expect(gpt2WordEnd('abc', 0, 2)).toBe(2);
    expect(gpt2WordEnd("a'll", 1, 3)).toBe(2);
    expect(gpt2WordEnd('  a', 0, 2)).toBe(2);
    expect(gpt2WordEnd('😀', 0, 1)).toBe(1);
  });
});
