import fc from 'fast-check';
import { convertTags, spansToTags, type TaggedSpan, type TagScheme, tagsToSpans } from 'sesame-nlp/data';
import { ConfigError, DataError, ShapeError } from 'sesame-nlp/errors';
import { describe, expect, test } from 'vitest';

const schemes: TagScheme[] = ['BIO', 'IOB2', 'IOB1', 'BIOES', 'IOBES', 'BIOUL', 'BILOU', 'BMES'];

/** The same spans in every scheme: one token, two of one type in a row, three tokens, two spans without a gap. */
const tags: Record<TagScheme, string> = {
  BIO: 'B-PER O B-LOC I-LOC B-LOC O B-ORG I-ORG I-ORG B-PER',
  IOB2: 'B-PER O B-LOC I-LOC B-LOC O B-ORG I-ORG I-ORG B-PER',
  IOB1: 'I-PER O I-LOC I-LOC B-LOC O I-ORG I-ORG I-ORG I-PER',
  BIOES: 'S-PER O B-LOC E-LOC S-LOC O B-ORG I-ORG E-ORG S-PER',
  IOBES: 'S-PER O B-LOC E-LOC S-LOC O B-ORG I-ORG E-ORG S-PER',
  BIOUL: 'U-PER O B-LOC L-LOC U-LOC O B-ORG I-ORG L-ORG U-PER',
  BILOU: 'U-PER O B-LOC L-LOC U-LOC O B-ORG I-ORG L-ORG U-PER',
  BMES: 'S-PER O B-LOC E-LOC S-LOC O B-ORG M-ORG E-ORG S-PER',
};
const spans: TaggedSpan[] = [
  { start: 0, end: 1, type: 'PER' },
  { start: 2, end: 4, type: 'LOC' },
  { start: 4, end: 5, type: 'LOC' },
  { start: 6, end: 9, type: 'ORG' },
  { start: 9, end: 10, type: 'PER' },
];
const read = (text: string, scheme: TagScheme, onImpossible?: 'repair') =>
  tagsToSpans(text.split(' '), scheme, { onImpossible });

describe.each(schemes)('%s', (scheme) => {
  test('tags mark spans, and spans are marked by tags', () => {
    expect(read(tags[scheme], scheme)).toEqual(spans);
    expect(spansToTags(spans.toReversed(), 10, scheme).join(' ')).toBe(tags[scheme]);
  });

  test('tags become those of every other scheme', () => {
    for (const to of schemes) {
      expect(convertTags(tags[scheme].split(' '), { from: scheme, to }).join(' ')).toBe(tags[to]);
    }
  });

  test('no tokens have no spans', () => {
    expect(tagsToSpans([], scheme)).toEqual([]);
    expect(spansToTags([], 2, scheme)).toEqual(['O', 'O']);
  });

  test('tags that mend themselves are not changed', () => {
    expect(read(tags[scheme], scheme, 'repair')).toEqual(spans);
  });
});

/** Spans in their order, of types that share letters and hyphens with tags, and as many tokens as they need. */
const anySpans = fc
  .array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 4 }), fc.constantFrom('PER', 'B-LOC', 'O', '', '人')), {
    maxLength: 8,
  })
  .map((parts) => {
    let place = 0;
    const found = parts.map(([gap, length, type]): TaggedSpan => {
      const start = place + gap;
      place = start + length;
      return { start, end: place, type };
    });
    return { spans: found, length: place + 1 };
  });

test('any spans survive in every scheme, and from scheme to scheme', () => {
  fc.assert(
    fc.property(anySpans, fc.constantFrom(...schemes), fc.constantFrom(...schemes), (sample, from, to) => {
      const written = spansToTags(sample.spans, sample.length, from);
      expect(tagsToSpans(written, from)).toEqual(sample.spans);
      const converted = convertTags(written, { from, to });
      expect(tagsToSpans(converted, to)).toEqual(sample.spans);
      expect(convertTags(converted, { from: to, to: from })).toEqual(written);
    }),
    { numRuns: 1000 },
  );
});

test('any tags of a scheme can be repaired, and what comes out is possible', () => {
  const letters: Record<TagScheme, string> = {
    BIO: 'BI',
    IOB2: 'BI',
    IOB1: 'BI',
    BIOES: 'BIES',
    IOBES: 'BIES',
    BIOUL: 'BIUL',
    BILOU: 'BIUL',
    BMES: 'BMES',
  };
  fc.assert(
    fc.property(
      fc.constantFrom(...schemes),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom('-X', '-Y', '')), { maxLength: 10 }),
      fc.array(fc.nat(9), { maxLength: 4 }),
      (scheme, parts, outside) => {
        const any = parts.map(([letter, suffix], index) =>
          outside.includes(index) ? 'O' : letters[scheme][letter % letters[scheme].length] + suffix,
        );
        const mended = convertTags(any, { from: scheme, to: scheme, onImpossible: 'repair' });
        expect(() => tagsToSpans(mended, scheme)).not.toThrow();
        // Nothing is lost, and nothing invented: the same tokens are in spans, of the same types.
        const types = (all: readonly string[]) => all.map((tag) => (tag === 'O' ? tag : tag.slice(1)));
        expect(types(mended)).toEqual(types(any));
      },
    ),
    { numRuns: 1000 },
  );
});

test.each<[scheme: TagScheme, impossible: string, message: RegExp, repaired: string]>([
  ['BIO', 'O I-PER', /tag 1, I-PER, cannot stand after O in the scheme BIO/, '1-2 PER'],
  ['BIO', 'I-PER', /tag 0, I-PER, cannot stand first/, '0-1 PER'],
  ['BIO', 'B-PER I-LOC', /tag 1, I-LOC, cannot stand after B-PER/, '0-1 PER, 1-2 LOC'],
  ['IOB1', 'O B-PER', /tag 1, B-PER, cannot stand after O/, '1-2 PER'],
  ['IOB1', 'I-LOC B-PER', /tag 1, B-PER, cannot stand after I-LOC/, '0-1 LOC, 1-2 PER'],
  ['BIOES', 'B-PER O', /tag 1, O, cannot stand after B-PER/, '0-1 PER'],
  ['BIOES', 'B-PER B-PER E-PER', /tag 1, B-PER, cannot stand after B-PER/, '0-1 PER, 1-3 PER'],
  ['BIOES', 'B-PER S-PER', /tag 1, S-PER, cannot stand after B-PER/, '0-1 PER, 1-2 PER'],
  ['BIOES', 'S-PER E-PER', /tag 1, E-PER, cannot stand after S-PER/, '0-1 PER, 1-2 PER'],
  ['BIOES', 'B-PER E-PER I-PER', /tag 2, I-PER, cannot stand after E-PER/, '0-2 PER, 2-3 PER'],
  ['BIOES', 'B-PER', /cannot end with B-PER/, '0-1 PER'],
  ['BIOUL', 'U-PER L-PER', /tag 1, L-PER, cannot stand after U-PER/, '0-1 PER, 1-2 PER'],
  ['BIOUL', 'B-PER L-LOC', /tag 1, L-LOC, cannot stand after B-PER/, '0-1 PER, 1-2 LOC'],
  ['BMES', 'B M B E', /tag 2, B, cannot stand after M/, '0-2 , 2-4 '],
])('%s cannot have %s', (scheme, impossible, message, repaired) => {
  expect(() => read(impossible, scheme)).toThrow(DataError);
  expect(() => read(impossible, scheme)).toThrow(message);
  const mended = read(impossible, scheme, 'repair');
  expect(mended.map(({ start, end, type }) => `${start}-${end} ${type}`).join(', ')).toBe(repaired);
});

test('an error says which tag it was', () => {
  try {
    read('O I-PER', 'BIO');
    expect.unreachable();
  } catch (error) {
    expect((error as DataError).value).toEqual({ index: 1, tag: 'I-PER' });
  }
});

test.each(['E-PER', 'b-PER', 'PER', '', 'B-', 'B PER', '__proto__', 'OO'])(
  'the tag %j is refused even where tags are repaired',
  (tag) => {
    expect(() => tagsToSpans(['O', tag], 'BIO', { onImpossible: 'repair' })).toThrow(DataError);
    expect(() => tagsToSpans(['O', tag], 'BIO', { onImpossible: 'repair' })).toThrow(
      /is none of the scheme BIO.*\n.*O, B-PER, I-PER/,
    );
  },
);

test('Chinese words are spans without types', () => {
  const words = read('B E S B M E', 'BMES');
  expect(words.map(({ start, end }) => [...'潮水退露沙洲'].slice(start, end).join(''))).toEqual([
    '潮水',
    '退',
    '露沙洲',
  ]);
  expect(spansToTags(words, 6, 'BIO').join('')).toBe('BIBBII');
});

test('spans that overlap, are empty or lie outside are refused', () => {
  const refused = (...wrong: [start: number, end: number][]) => {
    const given = wrong.map(([start, end]) => ({ start, end, type: 'PER' }));
    expect(() => spansToTags(given, 4, 'BIO')).toThrow(ShapeError);
  };
  refused([0, 2], [1, 3]);
  refused([1, 3], [1, 2]);
  refused([2, 2]);
  refused([3, 5]);
  refused([-1, 1]);
  refused([0.5, 1]);
  refused([Number.NaN, 1]);
  expect(() =>
    spansToTags(
      [
        { start: 0, end: 2, type: 'A' },
        { start: 1, end: 3, type: 'B' },
      ],
      4,
      'BIO',
    ),
  ).toThrow(/\[0, 2\) and \[1, 3\) overlap/);
});

test('schemes and options that there are not are refused', () => {
  expect(() => tagsToSpans([], 'bio' as TagScheme)).toThrow(/Did you mean BIO/);
  for (const scheme of ['bio', '', 'constructor', undefined]) {
    expect(() => tagsToSpans([], scheme as TagScheme)).toThrow(ConfigError);
    expect(() => spansToTags([], 0, scheme as TagScheme)).toThrow(ConfigError);
    expect(() => convertTags([], { from: 'BIO', to: scheme as TagScheme })).toThrow(ConfigError);
  }
  expect(() => tagsToSpans([], 'BIO', { onImpossible: 'mend' as 'repair' })).toThrow(ConfigError);
  // @ts-expect-error a misspelt option
  expect(() => tagsToSpans([], 'BIO', { onimpossible: 'repair' })).toThrow(/Did you mean onImpossible/);
});
