import fc from 'fast-check';
import { ConfigError } from 'sesame-nlp/errors';
import { createIntlSegmenter, wordsOf } from 'sesame-nlp/segmentation';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { timesToRun } from '../support/nightly.js';
import { anyText } from '../tokenizers/fixtures.js';
import { readFixture } from './fixtures.js';

afterEach(() => vi.unstubAllGlobals());

test('a locale is taken, and one that is none is refused', () => {
  expect(wordsOf(createIntlSegmenter({ locale: 'en' }), 'The tide is out.')).toEqual(['The', 'tide', 'is', 'out']);
  expect(() => createIntlSegmenter({ locale: 'no such language' })).toThrow(ConfigError);
  expect(() => createIntlSegmenter({ locale: 'no such language' })).toThrow(/"no such language".*'zh'/s);
  // @ts-expect-error a misspelt option
  expect(() => createIntlSegmenter({ local: 'zh' })).toThrow(/Did you mean locale/);
});

test.each([
  ['Intl.Segmenter', {}],
  ['Intl', undefined],
])('an engine without %s is told what to do instead', (_, intl) => {
  vi.stubGlobal('Intl', intl);
  expect(() => createIntlSegmenter()).toThrow(ConfigError);
  expect(() => createIntlSegmenter()).toThrow(/no Intl\.Segmenter.*createDictionarySegmenter/s);
});

describe('reading a text in parts', () => {
  const whole = new Intl.Segmenter('zh', { granularity: 'word' });
  const segmenter = createIntlSegmenter();
  const expectSame = (text: string) => {
    const expected = Array.from(whole.segment(text), ({ index, segment, isWordLike }) => ({
      start: index,
      end: index + segment.length,
      isWord: isWordLike,
    }));
    expect([...segmenter.segment(text)]).toEqual(expected);
  };

  it('finds what Intl.Segmenter finds in the whole', () => {
    const sentences = JSON.parse(readFixture('expected.json')) as string[][];
    expectSame(sentences.map((pieces) => pieces.join('')).join(''));
    expectSame(sentences.flatMap((pieces) => pieces.filter((piece) => /\p{L}/u.test(piece))).join('')); // no pause in it
    expectSame('The tide is out: 3.14 metres, 9:30, can\'t "swim".\n'.repeat(80));
  });

  it('finds it wherever the parts end', () => {
    const long = fc.constantFrom(
      'a',
      ' ',
      '潮',
      '潮水退了',
      '3.',
      "'",
      '\u0301',
      '🇹',
      '👩\u200d',
      '\r',
      '，',
      'the tide, ',
    );
    const run = fc
      .tuple(long, fc.integer({ min: 1, max: 1500 }))
      .map(([text, length]) => text.repeat(length / text.length));
    const text = fc.array(fc.oneof(run, anyText), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(fc.property(text, expectSame), { numRuns: timesToRun({ always: 40, nightly: 2000 }) });
  });
});
