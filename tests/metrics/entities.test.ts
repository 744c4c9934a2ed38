import fc from 'fast-check';
import { type TagScheme, tagsToSpans } from 'sesame-nlp/data';
import { ConfigError, DataError } from 'sesame-nlp/errors';
import { entityF1 } from 'sesame-nlp/metrics';
import { describe, expect, test } from 'vitest';
import { readJsonFixture } from '../support/fixtures.js';
import { expectNumber } from './fixtures.js';

/** Label, first and last place. */
type OracleSpan = [string, [number, number]];

interface OracleScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly true_positives: number;
  readonly false_positives: number;
  readonly false_negatives: number;
}

interface SchemeCases {
  readonly items: { gold: string[]; predicted: string[]; gold_spans: OracleSpan[]; predicted_spans: OracleSpan[] }[];
  readonly scores: { overall: OracleScores; per_type: Record<string, OracleScores> };
}

const { schemes } = await readJsonFixture<{ schemes: Record<TagScheme, SchemeCases> }>('metrics/span-f1.json');
const cases = Object.entries(schemes) as [TagScheme, SchemeCases][];

const spansOf = (tags: readonly string[], scheme: TagScheme = 'BIO') =>
  tagsToSpans(tags, scheme, { onImpossible: 'repair' });

const inOrder = (spans: readonly OracleSpan[]) =>
  spans.map(([type, [first, last]]) => ({ type, start: first, end: last + 1 })).sort((a, b) => a.start - b.start);

describe.each(cases)('%s', (scheme, { items, scores }) => {
  test("has AllenNLP's spans, of malformed tags too", () => {
    expect(items.length).toBeGreaterThan(0);
    for (const { gold, predicted, gold_spans, predicted_spans } of items) {
      expect(spansOf(gold, scheme)).toEqual(inOrder(gold_spans));
      expect(spansOf(predicted, scheme)).toEqual(inOrder(predicted_spans));
    }
  });

  test('has the scores that follow from them, in all and of each type', () => {
    const metric = entityF1({ scheme });
    for (const { gold, predicted } of items) metric.update([predicted], [gold]);
    const { perType, ...overall } = metric.result();
    expect([...perType.keys()]).toEqual(Object.keys(scores.per_type));
    for (const [actual, expected] of [
      [overall, scores.overall],
      ...Object.entries(scores.per_type).map(([type, each]) => [perType.get(type)!, each] as const),
    ] as const) {
      expectNumber(actual.precision, expected.precision);
      expectNumber(actual.recall, expected.recall);
      expectNumber(actual.f1, expected.f1);
      expect(actual.correct).toBe(expected.true_positives);
      expect(actual.predicted - actual.correct).toBe(expected.false_positives);
      expect(actual.expected - actual.correct).toBe(expected.false_negatives);
    }
  });
});

/** The spans of tags by conlleval's own tables of where a chunk ends and where one starts, from one tag to the next. */
function conllevalSpans(tags: readonly string[]) {
  const parts = [...tags, 'O'].map((tag) => ({ letter: tag[0]!, type: tag.slice(2) }));
  const ends = ['BB', 'BS', 'BO', 'IB', 'IS', 'IO', 'EB', 'EI', 'EE', 'ES', 'EO', 'SB', 'SI', 'SE', 'SS', 'SO'];
  const starts = ['BB', 'IB', 'EB', 'SB', 'OB', 'BS', 'IS', 'ES', 'SS', 'OS', 'EE', 'EI', 'SE', 'SI', 'OE', 'OI'];
  const spans: { type: string; start: number; end: number }[] = [];
  let start = 0;
  let before = { letter: 'O', type: '' };
  for (const [place, { letter, type }] of parts.entries()) {
    const step = before.letter + letter;
    if (before.letter !== 'O' && (ends.includes(step) || before.type !== type)) {
      spans.push({ type: before.type, start, end: place });
    }
    if (letter !== 'O' && (starts.includes(step) || before.type !== type)) start = place;
    before = { letter, type };
  }
  return spans;
}

test("any tags at all have conlleval's spans", () => {
  for (const [scheme, letters] of [
    ['BIO', 'BI'],
    ['IOB1', 'BI'],
    ['BIOES', 'BIES'],
  ] as const) {
    const tags = [...letters].flatMap((letter) => [`${letter}-PER`, `${letter}-地點`]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('O', ...tags), { maxLength: 12 }), (list) => {
        expect(spansOf(list, scheme)).toEqual(conllevalSpans(list));
      }),
      { numRuns: 1000 },
    );
  }
});

describe('entities', () => {
  test('finds an entity where its tags begin, and where they should have', () => {
    expect(spansOf(['B-PER', 'I-PER', 'O', 'I-LOC', 'I-PER'])).toEqual([
      { type: 'PER', start: 0, end: 2 },
      { type: 'LOC', start: 3, end: 4 },
      { type: 'PER', start: 4, end: 5 },
    ]);
    expect(spansOf([])).toEqual([]);
  });

  test('gives the words of bare BMES tags, as Chinese word segmentation has them', () => {
    const [text, tags] = ['潮水退了就知道', [...'BESSSBE']];
    expect(spansOf(tags, 'BMES').map(({ start, end }) => text.slice(start, end))).toEqual([
      '潮水',
      '退',
      '了',
      '就',
      '知道',
    ]);
  });

  test('divides a tag at its first hyphen', () => {
    expect(spansOf(['B-NP-SBJ', 'I-NP-SBJ', 'I-NP'])).toEqual([
      { type: 'NP-SBJ', start: 0, end: 2 },
      { type: 'NP', start: 2, end: 3 },
    ]);
  });

  test('refuses a tag of another scheme, and says which', () => {
    const metric = entityF1();
    expect(() => metric.update([['O', 'E-PER']], [['O', 'O']])).toThrow(
      new DataError(
        'entityF1: predicted[0]: tag 1, "E-PER", is none of the scheme BIO.\n' +
          'Its tags are O, B-PER, I-PER and the like. Is the scheme BIOES or BMES?',
        { value: { index: 1, tag: 'E-PER' } },
      ),
    );
    for (const wrong of ['', 'X-PER', 'PER', 'b-PER', 'BI-PER', 3, null]) {
      expect(() => entityF1({ scheme: 'BIOES' }).update([['O']], [[wrong as string]])).toThrow(DataError);
    }
  });

  test('refuses a scheme that there is not, and names the nearest', () => {
    expect(() => entityF1({ scheme: 'BILOUS' as TagScheme })).toThrow(ConfigError);
    expect(() => entityF1({ scheme: 'BILOUS' as TagScheme })).toThrow(/Did you mean BILOU\?/);
    expect(() => entityF1({ scheme: 'constructor' as TagScheme })).toThrow(/Schemes: BIO, IOB2/);
    // @ts-expect-error a misspelt option
    expect(() => entityF1({ shceme: 'BIO' })).toThrow(/Did you mean scheme/);
  });
});

describe('entityF1', () => {
  const tag = fc.constantFrom('O', 'B-人', 'I-人', 'B-LOC', 'I-LOC');
  const sentences = fc.array(
    fc.array(fc.tuple(tag, tag), { maxLength: 9 }).map((pairs) => ({
      predicted: pairs.map(([predicted]) => predicted),
      expected: pairs.map(([, expected]) => expected),
    })),
    { maxLength: 8 },
  );
  const measure = (list: readonly { predicted: string[]; expected: string[] }[]) => {
    const metric = entityF1();
    metric.update(
      list.map(({ predicted }) => predicted),
      list.map(({ expected }) => expected),
    );
    return metric.result();
  };

  test('is 1 where all tags are right, if there is an entity at all', () => {
    fc.assert(
      fc.property(sentences, (list) => {
        const right = list.map(({ expected }) => ({ predicted: expected, expected }));
        const { f1, expected } = measure(right);
        expect(f1).toBe(expected > 0 ? 1 : 0);
      }),
    );
  });

  test('finds in every sentence what is in both sets of spans', () => {
    fc.assert(
      fc.property(sentences, (list) => {
        let [correct, predicted, expected] = [0, 0, 0];
        for (const sentence of list) {
          const keys = (tags: string[]) => new Set(spansOf(tags).map((span) => JSON.stringify(span)));
          const [found, sought] = [keys(sentence.predicted), keys(sentence.expected)];
          predicted += found.size;
          expected += sought.size;
          correct += [...found].filter((key) => sought.has(key)).length;
        }
        const { perType: _, ...overall } = measure(list);
        expect(overall).toMatchObject({ correct, predicted, expected });
        expect(overall.f1).toBeGreaterThanOrEqual(0);
        expect(overall.f1).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('changes precision with recall where the sides change, and nothing with the order of sentences', () => {
    fc.assert(
      fc.property(sentences, (list) => {
        const there = measure(list);
        const back = measure(list.map(({ predicted, expected }) => ({ predicted: expected, expected: predicted })));
        expect([back.recall, back.precision, back.f1]).toEqual([there.precision, there.recall, there.f1]);
        expect(measure([...list].reverse())).toEqual(there);
      }),
    );
  });

  test('of nothing is 0', () => {
    expect(entityF1().result()).toEqual({
      precision: 0,
      recall: 0,
      f1: 0,
      correct: 0,
      predicted: 0,
      expected: 0,
      perType: new Map(),
    });
  });

  test('takes types with the names of object properties for what they are', () => {
    const { perType } = measure([{ predicted: ['B-__proto__', 'O'], expected: ['B-__proto__', 'B-constructor'] }]);
    expect([...perType.keys()]).toEqual(['__proto__', 'constructor']);
    expect(perType.get('__proto__')?.f1).toBe(1);
  });

  test('refuses sentences of unequal length, and names the sentence of a wrong tag; neither is counted', () => {
    const metric = entityF1();
    expect(() => metric.update([['O'], ['B-PER']], [['O'], ['B-PER', 'I-PER']])).toThrow(
      /predicted\[1\] is 1 tags, and expected\[1\] 2 tags/,
    );
    expect(() => metric.update(['O'] as unknown as string[][], [['O']])).toThrow(/predicted\[0\] is no array/);
    expect(() => metric.update([['B-PER'], ['O']], [['B-PER'], ['S-PER']])).toThrow(/expected\[1\]: tag 0, "S-PER"/);
    expect(() => metric.update([['O']], [])).toThrow(/1 predicted, 0 expected/);
    expect(metric.result().predicted).toBe(0);
  });
});
