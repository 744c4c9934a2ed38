import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { visitGraphemes } from '../../src/tokenizers/graphemes.js';
import { timesToRun } from '../support/nightly.js';
import { wellFormedText } from './fixtures.js';

function graphemes(text: string): string[] {
  const found: string[] = [];
  let at = 0;
  visitGraphemes(text, (start, end) => {
    expect(start).toBe(at);
    found.push(text.slice(start, end));
    at = end;
  });
  expect(at).toBe(text.length);
  return found;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
const byIntl = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** What graphemes are made of: marks, joiners, flags, syllables of hangul, conjuncts, line ends. */
const parts = [
  ...'a1. \r\n\t潮é\u0301\u0308\u200d\u200b\ufe0f\u20e3\u0600\u0d4e\u0e33',
  ...'각가각क्तषिा্য',
  ...['\r\n', '👩', '🏽', '❤️', '©', '🇹', '🇼', '🏳️‍🌈', '\u{e0067}', '\u{1f3f4}', '\u{16d63}', '\u{11a3a}'],
];

afterEach(() => {
  vi.restoreAllMocks();
});

describe('visitGraphemes', () => {
  it('cuts hand-checked texts', () => {
    expect(graphemes('ae\u0301\r\n\n潮👩‍👩‍👧‍👦🇹🇼🇯각')).toEqual([
      'a',
      'e\u0301',
      '\r\n',
      '\n',
      '潮',
      '👩‍👩‍👧‍👦',
      '🇹🇼',
      '🇯',
      '각',
    ]);
    expect(graphemes('')).toEqual([]);
  });

  it('agrees with Intl.Segmenter on any text', () => {
    const tricky = fc.array(fc.constantFrom(...parts), { maxLength: 40 }).map((chosen) => chosen.join(''));
    fc.assert(
      fc.property(fc.oneof(tricky, wellFormedText), (text) => {
        expect(graphemes(text)).toEqual(byIntl(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with it where a run is longer than what is looked at at once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.constantFrom(...parts), fc.nat(150), fc.nat(150), (a, b, m, n) => {
        const text = `x${a.repeat(m)}${b.repeat(n)}${a}y`;
        expect(graphemes(text)).toEqual(byIntl(text));
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with it on characters of every kind between others', () => {
    let text = '';
    for (let codePoint = 0; codePoint <= 0x1ffff; codePoint += timesToRun({ always: 13, nightly: 1 })) {
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
      const character = String.fromCodePoint(codePoint);
      text += `a${character}${character}b`;
      if (text.length < 500) continue;
      expect(graphemes(text)).toEqual(byIntl(text));
      text = '';
    }
  });

  it.each(['a', 'क्', '\u0301', '🇹', 'ᄀ', '각', '\r\n', '👩\u200d', '\u0600', 'a\u0301'])(
    'gives the engine at most 2.5 times as much for twice as much of %j',
    (part) => {
      const spy = vi.spyOn(Intl.Segmenter.prototype, 'segment');
      const units = (count: number) => {
        spy.mockClear();
        visitGraphemes(part.repeat(count), () => {});
        return spy.mock.calls.reduce((sum, [text]) => sum + text.length, part.length * count);
      };
      for (const count of [1000, 20_000]) expect(units(2 * count) / units(count)).toBeLessThanOrEqual(2.5);
    },
  );
});
