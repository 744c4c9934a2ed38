import fc from 'fast-check';
import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import {
  bertNormalizer,
  byteLevelNormalizer,
  createSentencePieceTokenizer,
  lowercaseNormalizer,
  MappedText,
  type Normalizer,
  nfcNormalizer,
  nfdNormalizer,
  nfkcNormalizer,
  nfkdNormalizer,
  nmtNormalizer,
  precompiledNormalizer,
  prependNormalizer,
  replaceNormalizer,
  sequenceNormalizer,
  stripAccentsNormalizer,
  stripNormalizer,
} from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { DoubleArrayTrie } from '../../src/tokenizers/doubleArrayTrie.js';
import { timesToRun } from '../support/nightly.js';
import { readZipped, wellFormedText } from './fixtures.js';

const normalize = (normalizer: Normalizer, text: string) => normalizer.normalize(MappedText.of(text)).text;

/** Each character of the rewritten text beside the part of the first text that it stands for. */
function surfaces(normalizer: Normalizer, text: string): [string, string][] {
  const mapped = normalizer.normalize(MappedText.of(text));
  let at = 0;
  return Array.from(mapped.text, (character) => {
    const first = at;
    at += character.length;
    return [character, text.slice(mapped.start(first), mapped.end(at - 1))];
  });
}

const forms = [
  ['NFC', nfcNormalizer()],
  ['NFD', nfdNormalizer()],
  ['NFKC', nfkcNormalizer()],
  ['NFKD', nfkdNormalizer()],
] as const;

describe.each(forms)("Unicode's form %s", (form, normalizer) => {
  it('is what String.normalize gives, for any text', () => {
    const marks = fc.constantFrom(
      ...'\u0301\u0323\u0327\u0345\u3099\uff9e\u1161\u11a8\u1100\uac00\u0f71\u0f72\u05b0\u05d0\u09be\u09c7\u0bc6\u0bbe',
      '\u{1d165}',
      '\u{1d16e}',
      '\u{110ba}',
      '\u{11099}',
      'e',
      'ﾊ',
      'ﬁ',
    );
    const text = fc.oneof(
      wellFormedText,
      fc.array(marks, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (string) => {
        expect(normalize(normalizer, string)).toBe(string.normalize(form));
      }),
      { numRuns: 3000 },
    );
  });

  it('is so for every character after those that it may join, and before', () => {
    const contexts = ['', '\u0301', '\u0323\u0301', '\u1100', '\uac00', '\u09c7', 'ﾊ', '\u{16d63}'];
    for (let block = 0; block < 0x1f000; block += 0x400) {
      const characters = Array.from({ length: 0x400 }, (_, index) => block + index)
        .filter((codePoint) => codePoint < 0xd800 || codePoint > 0xdfff)
        .map((codePoint) => String.fromCodePoint(codePoint));
      // Every run of the suite looks at one context for each block, in turn.
      const chosen = timesToRun({ always: 1, nightly: contexts.length });
      for (let index = 0; index < chosen; index++) {
        const context = contexts[(block / 0x400 + index) % contexts.length]!;
        const text = characters.map((character) => `x${context}${character}`).join('');
        expect(normalize(normalizer, text) === text.normalize(form), `${block.toString(16)} ${context}`).toBe(true);
      }
    }
  });

  it('takes linear time on a megabyte of combining marks', () => {
    const text = `a${'\u0301\u0323'.repeat(250_000)}b`;
    const mapped = normalizer.normalize(MappedText.of(text));
    expect(mapped.end(mapped.length - 1)).toBe(text.length);
  });
});

describe('where normalized characters come from', () => {
  it('a composed character covers all that it was composed of', () => {
    expect(surfaces(nfcNormalizer(), 'xe\u0301y')).toEqual([
      ['x', 'x'],
      ['é', 'e\u0301'],
      ['y', 'y'],
    ]);
    expect(surfaces(nfcNormalizer(), '\u1112\u1161\u11ab')).toEqual([['한', '\u1112\u1161\u11ab']]);
  });

  it('what one was decomposed to covers it', () => {
    expect(surfaces(nfdNormalizer(), 'é한')).toEqual([
      ['e', 'é'],
      ['\u0301', 'é'],
      ['\u1112', '한'],
      ['\u1161', '한'],
      ['\u11ab', '한'],
    ]);
    expect(surfaces(nfkcNormalizer(), 'ﬁ①')).toEqual([
      ['f', 'ﬁ'],
      ['i', 'ﬁ'],
      ['1', '①'],
    ]);
    expect(surfaces(nfkcNormalizer(), 'ﾊﾞ')).toEqual([['バ', 'ﾊﾞ']]);
  });

  it('marks that change places cover all of them', () => {
    expect(surfaces(nfdNormalizer(), 'q\u0307\u0323')).toEqual([
      ['q', 'q'],
      ['\u0323', '\u0307\u0323'],
      ['\u0307', '\u0307\u0323'],
    ]);
  });
});

describe('lowercaseNormalizer', () => {
  it('makes each character lower case for itself, with where it came from', () => {
    expect(surfaces(lowercaseNormalizer(), 'AİΣ😀É')).toEqual([
      ['a', 'A'],
      ['i', 'İ'],
      ['\u0307', 'İ'],
      ['σ', 'Σ'],
      ['😀', '😀'],
      ['é', 'É'],
    ]);
  });
});

describe('small normalizers', () => {
  it('strip white space, Unicode’s, at the ends that they are told', () => {
    const text = '\u3000 a b\u0085\n';
    expect(normalize(stripNormalizer(), text)).toBe('a b');
    expect(normalize(stripNormalizer({ right: false }), text)).toBe('a b\u0085\n');
    expect(normalize(stripNormalizer({ left: false }), text)).toBe('\u3000 a b');
    expect(normalize(stripNormalizer(), '\ufeffa')).toBe('\ufeffa');
    expect(() => stripNormalizer({ lift: true } as never)).toThrow(ConfigError);
  });

  it('drop accents, control characters, and prepend', () => {
    expect(normalize(sequenceNormalizer([nfdNormalizer(), stripAccentsNormalizer()]), 'Crème brûlée')).toBe(
      'Creme brulee',
    );
    expect(normalize(nmtNormalizer(), 'a\u0001b\tc\u200bd\u2581e\u007f')).toBe('ab c d e');
    expect(normalize(prependNormalizer('▁'), 'a')).toBe('▁a');
    expect(normalize(prependNormalizer('▁'), '')).toBe('');
  });

  it('spell bytes', () => {
    expect(surfaces(byteLevelNormalizer(), 'a é')).toEqual([
      ['a', 'a'],
      ['Ġ', ' '],
      ['Ã', 'é'],
      ['©', 'é'],
    ]);
  });

  it('replace strings and expressions', () => {
    expect(normalize(replaceNormalizer("''", '"'), "''a'''")).toBe('"a"\'');
    expect(surfaces(replaceNormalizer({ regex: ' {2,}' }, '▁'), 'a   b c')).toEqual([
      ['a', 'a'],
      ['▁', '   '],
      ['b', 'b'],
      [' ', ' '],
      ['c', 'c'],
    ]);
    expect(normalize(replaceNormalizer({ regex: '(?=b)' }, '-'), 'abab😀b')).toBe('a-ba-b😀-b');
    expect(() => replaceNormalizer('', 'x')).toThrow(TokenizerError);
  });
});

describe('bertNormalizer', () => {
  it('drops control characters, spaces out Han characters, drops accents and case', () => {
    expect(normalize(bertNormalizer(), 'Ａ\u0000É\u200d\t中x\u2028\u{20000}\u0085')).toBe('ａe  中 x  \u{20000} ');
    expect(normalize(bertNormalizer({ lowercase: false }), 'É中')).toBe('É 中 ');
    expect(normalize(bertNormalizer({ lowercase: false, stripAccents: true }), 'É')).toBe('E');
    expect(normalize(bertNormalizer({ splitHan: false, cleanText: false }), '中\tÉ')).toBe('中\te');
  });

  it('keeps words that are never split', () => {
    const normalizer = bertNormalizer({ neverSplit: ['[MASK]', 'ABC'] });
    expect(normalize(normalizer, 'ABC ABCd\t[MASK] É')).toBe('ABC abcd [MASK] e');
  });

  it('leaves a mark that it dropped to no character', () => {
    expect(surfaces(bertNormalizer(), 'E\u0301é')).toEqual([
      ['e', 'E'],
      ['e', 'é'],
    ]);
  });
});

describe('precompiledNormalizer', () => {
  /** A map with two keys: "a" becomes "X", "ab" becomes "YZ". */
  function smallMap(): Uint8Array {
    // A node's unit: offset << 10 | has value << 8 | label. The child by a byte is at offset xor byte.
    const units = new Uint32Array(0x400);
    const unit = (offset: number, hasValue: boolean, label: number) => (offset << 10) | (hasValue ? 0x100 : 0) | label;
    units[0] = unit(0x100, false, 0); // the root's children are at 0x100 ^ byte
    units[0x100 ^ 0x61] = unit(0x100 ^ 0x61 ^ 0x200, true, 0x61); // its own offset leads to 0x200
    units[0x200] = 0x80000000 | 0; // the value of "a": the string at 0
    units[0x200 ^ 0x62] = unit(0x200 ^ 0x62 ^ 0x300, true, 0x62);
    units[0x300] = 0x80000000 | 2; // the value of "ab": the string at 2
    const strings = new TextEncoder().encode('X\0YZ\0');
    const bytes = new Uint8Array(4 + units.byteLength + strings.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, units.byteLength, true);
    for (const [index, value] of units.entries()) view.setUint32(4 + 4 * index, value, true);
    bytes.set(strings, 4 + units.byteLength);
    return bytes;
  }

  it('replaces the longest key, or grapheme by grapheme', () => {
    expect(surfaces(precompiledNormalizer(smallMap(), 'longest'), 'abca')).toEqual([
      ['Y', 'ab'],
      ['Z', 'ab'],
      ['c', 'c'],
      ['X', 'a'],
    ]);
    expect(normalize(precompiledNormalizer(smallMap()), 'abca\u0301')).toBe('XbcX');
    expect(normalize(precompiledNormalizer(smallMap()), '')).toBe('');
  });

  it('replaces as the rules say, place by place, in any text', () => {
    const t5 = JSON.parse(createSentencePieceTokenizer(readZipped('tiny-t5/spiece.model')).toJson()) as {
      normalizer: { normalizers: { precompiled_charsmap: string }[] };
    };
    const map = t5.normalizer.normalizers[0]!.precompiled_charsmap;
    const rules = rulesOf(Buffer.from(map, 'base64'));
    const ascii = fc.string({ unit: fc.constantFrom(...'aZ 1.\t\n\r\0\u007f', 'fi', '\r\n'), maxLength: 30 });
    const tricky = fc.array(fc.constantFrom(...'e\u0301\u0327ﬁ①ｶﾞ각가\u3000\u200b\u00a0À½', '👩\u200d', '🇹'));
    const text = fc.oneof(
      ascii,
      wellFormedText,
      fc.tuple(ascii, tricky, ascii).map((parts) => parts.flat().join('')),
    );
    for (const matching of ['longest', 'grapheme'] as const) {
      const normalizer = precompiledNormalizer(map, matching);
      fc.assert(
        fc.property(text, (input) => {
          expect(surfaces(normalizer, input)).toEqual(rules[matching](input));
        }),
        { numRuns: timesToRun({ always: 1500, nightly: 100_000 }) },
      );
    }
  });

  it('survives base64', () => {
    const { precompiled_charsmap } = precompiledNormalizer(smallMap()).toJson();
    expect(normalize(precompiledNormalizer(precompiled_charsmap as string, 'longest'), 'ab')).toBe('YZ');
  });

  it('refuses a map that is cut, or no base64, and one that points outside itself', () => {
    expect(() => precompiledNormalizer('!!!')).toThrow(TokenizerError);
    expect(() => precompiledNormalizer(Uint8Array.of(1, 2))).toThrow(TokenizerError);
    expect(() => precompiledNormalizer(smallMap().subarray(0, 100))).toThrow(TokenizerError);
    const map = smallMap().subarray(0, -5); // without its strings
    expect(() => normalize(precompiledNormalizer(map, 'longest'), 'a')).toThrow(/points outside itself/);
  });
});

/** The rules of a character map, applied without any haste: what `surfaces` must be. */
function rulesOf(map: Uint8Array): Record<'longest' | 'grapheme', (text: string) => [string, string][]> {
  const view = new DataView(map.buffer, map.byteOffset, map.byteLength);
  const size = view.getUint32(0, true);
  const trie = new DoubleArrayTrie(Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true)));
  const strings = map.subarray(4 + size);
  const keysOf = (bytes: Uint8Array) => {
    const keys: { length: number; becomes: string }[] = [];
    trie.prefixes(bytes, 0, bytes.length, (length, place) => {
      keys.push({ length, becomes: decoder.decode(strings.subarray(place, strings.indexOf(0, place))) });
    });
    return keys;
  };
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const put = (becomes: string, of: string) => Array.from(becomes, (character): [string, string] => [character, of]);
  return {
    longest: (text) => {
      const found: [string, string][] = [];
      for (let rest = text; rest !== ''; ) {
        const key = keysOf(utf8(rest)).at(-1);
        const of = key ? decoder.decode(utf8(rest).subarray(0, key.length)) : [...rest][0]!;
        found.push(...put(key?.becomes ?? of, of));
        rest = rest.slice(of.length);
      }
      return found;
    },
    grapheme: (text) =>
      Array.from(new Intl.Segmenter('und').segment(text), ({ segment }) => {
        const key = utf8(segment).length < 6 ? keysOf(utf8(segment))[0] : undefined;
        if (key) return put(key.becomes, segment);
        return [...segment].flatMap((character) => put(keysOf(utf8(character))[0]?.becomes ?? character, character));
      }).flat(),
  };
}
