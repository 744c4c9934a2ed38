import fc from 'fast-check';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import {
  accuracy,
  confusionMatrix,
  confusionTable,
  type Label,
  type LabelBatch,
  type Labels,
  type Metric,
  matthewsCorrelation,
  precisionRecallF1,
} from 'sesame-nlp/metrics';
import { describe, expect, test } from 'vitest';
import { readJsonFixture } from '../support/fixtures.js';
import type { OracleTensor } from '../support/oracle.js';
import { expectNumber, expectNumbers } from './fixtures.js';

interface ClassificationCase {
  readonly num_classes: number;
  readonly gold: OracleTensor;
  readonly predicted: OracleTensor;
  readonly accuracy: number;
  readonly matthews_correlation: number;
  readonly f1_macro: number;
  readonly f1_micro: number;
  readonly f1_weighted: number;
  readonly f1_per_class: OracleTensor;
  readonly precision_per_class: OracleTensor;
  readonly recall_per_class: OracleTensor;
  readonly confusion_matrix_rows_gold: OracleTensor;
}

interface LabelCase {
  readonly gold: string[];
  readonly predicted: string[];
  readonly micro: number[];
  readonly macro: number[];
  readonly weighted: number[];
  readonly accuracy: number;
  readonly matthews: number;
  readonly perLabel: Record<string, number[]>;
}

const { classification } = await readJsonFixture<{ classification: ClassificationCase[] }>(
  'metrics/classification.json',
);
const reference = await readJsonFixture<{ labels: LabelCase[] }>('metrics/reference/expected.json');

/** What a metric says of one batch. */
function measure<Result>(metric: Metric<LabelBatch, Result>, predicted: Labels, expected: Labels): Result {
  metric.update(predicted, expected);
  return metric.result();
}

describe('small examples', () => {
  const predicted = ['正面', '負面', '負面', '中性'];
  const expected = ['正面', '正面', '負面', '正面'];

  test('accuracy is the share that is right', () => {
    expect(measure(accuracy(), predicted, expected)).toBe(0.5);
  });

  test('F1 counts what was predicted, expected, and both', () => {
    const { micro, macro, weighted, perLabel } = measure(precisionRecallF1(), predicted, expected);
    expect([...perLabel.keys()]).toEqual(['中性', '正面', '負面']);
    expect(perLabel.get('正面')).toEqual({
      precision: 1,
      recall: 1 / 3,
      f1: 0.5,
      correct: 1,
      predicted: 1,
      expected: 3,
    });
    expect(perLabel.get('負面')).toEqual({
      precision: 0.5,
      recall: 1,
      f1: 2 / 3,
      correct: 1,
      predicted: 2,
      expected: 1,
    });
    expect(perLabel.get('中性')).toEqual({ precision: 0, recall: 0, f1: 0, correct: 0, predicted: 1, expected: 0 });
    expect(micro).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5, correct: 2, predicted: 4, expected: 4 });
    expect(macro.f1).toBeCloseTo((0.5 + 2 / 3) / 3, 12);
    expect(weighted.f1).toBeCloseTo((3 * 0.5 + 2 / 3) / 4, 12);
  });

  test('the confusion matrix has a row for what was expected and a column for what was predicted', () => {
    const matrix = measure(confusionMatrix({ labels: ['正面', '負面', '中性'] }), predicted, expected);
    expect(matrix).toEqual({
      labels: ['正面', '負面', '中性'],
      counts: [
        [1, 1, 1],
        [0, 1, 0],
        [0, 0, 0],
      ],
    });
    expect(confusionTable(matrix)).toBe(
      [
        'expected \\ predicted  正面  負面  中性',
        '正面                     1     1     1',
        '負面                     0     1     0',
        '中性                     0     0     0',
      ].join('\n'),
    );
  });

  test('a table of English labels and large counts is as wide as they are', () => {
    const counts = [
      [12345, 0],
      [7, 1],
    ];
    expect(confusionTable({ labels: ['no', true], counts })).toBe(
      [
        'expected \\ predicted     no  true',
        'no                    12345     0',
        'true                      7     1',
      ].join('\n'),
    );
    expect(confusionTable({ labels: [], counts: [] })).toBe('expected \\ predicted');
  });
});

describe('against scikit-learn', () => {
  test.each(classification)('on $num_classes classes', (example) => {
    const [predicted, gold] = [example.predicted.data, example.gold.data] as [number[], number[]];
    expectNumber(measure(accuracy(), predicted, gold), example.accuracy);
    expectNumber(measure(matthewsCorrelation(), predicted, gold), example.matthews_correlation);
    const { micro, macro, weighted, perLabel } = measure(precisionRecallF1(), predicted, gold);
    expectNumber(micro.f1, example.f1_micro);
    expectNumber(macro.f1, example.f1_macro);
    expectNumber(weighted.f1, example.f1_weighted);
    const scores = [...perLabel.values()];
    expectNumbers(
      scores.map(({ f1 }) => f1),
      example.f1_per_class.data as number[],
    );
    expectNumbers(
      scores.map(({ precision }) => precision),
      example.precision_per_class.data as number[],
    );
    expectNumbers(
      scores.map(({ recall }) => recall),
      example.recall_per_class.data as number[],
    );
    const { labels, counts } = measure(confusionMatrix(), Int32Array.from(predicted), gold);
    expect(labels).toEqual(Array.from({ length: example.num_classes }, (_, label) => label));
    expect(counts.flat()).toEqual(example.confusion_matrix_rows_gold.data);
  });

  test.each(reference.labels)('on labels with names, one of which is only predicted', (example) => {
    expectNumber(measure(accuracy(), example.predicted, example.gold), example.accuracy);
    expectNumber(measure(matthewsCorrelation(), example.predicted, example.gold), example.matthews);
    const { micro, macro, weighted, perLabel } = measure(precisionRecallF1(), example.predicted, example.gold);
    for (const [scores, expected] of [
      [micro, example.micro],
      [macro, example.macro],
      [weighted, example.weighted],
    ] as const) {
      expectNumbers([scores.precision, scores.recall, scores.f1], expected);
    }
    expect(perLabel.size).toBe(Object.keys(example.perLabel).length);
    for (const [label, [precision, recall, f1, support]] of Object.entries(example.perLabel)) {
      const scores = perLabel.get(label)!;
      expectNumbers(
        [scores.precision, scores.recall, scores.f1, scores.expected],
        [precision!, recall!, f1!, support!],
      );
    }
  });
});

describe('properties', () => {
  const label = fc.constantFrom('好', '壞', 'so-so', '__proto__', 'constructor');
  const pairs = fc.array(fc.tuple(label, label), { minLength: 1, maxLength: 60 });
  const sides = (list: readonly (readonly [string, string])[]) =>
    [list.map(([predicted]) => predicted), list.map(([, expected]) => expected)] as const;

  test('what is predicted right is 1 in every measure, with Matthews correlation from two labels on', () => {
    fc.assert(
      fc.property(fc.array(label, { minLength: 1 }), (labels) => {
        expect(measure(accuracy(), labels, labels)).toBe(1);
        const { micro, macro, weighted } = measure(precisionRecallF1(), labels, labels);
        expect([micro.f1, macro.f1]).toEqual([1, 1]);
        expect(weighted.f1).toBeCloseTo(1, 12);
        expect(measure(matthewsCorrelation(), labels, labels)).toBeCloseTo(new Set(labels).size > 1 ? 1 : 0, 12);
      }),
    );
  });

  test('scores lie between their bounds, micro F1 is accuracy, and the matrix holds every pair', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const [predicted, expected] = sides(list);
        const right = measure(accuracy(), predicted, expected);
        const { micro, macro, weighted } = measure(precisionRecallF1(), predicted, expected);
        expect(micro.f1).toBeCloseTo(right, 12);
        for (const { precision, recall, f1 } of [micro, macro, weighted]) {
          for (const score of [precision, recall, f1]) {
            expect(score).toBeGreaterThanOrEqual(0);
            expect(score).toBeLessThanOrEqual(1 + 1e-12);
          }
        }
        const { labels, counts } = measure(confusionMatrix(), predicted, expected);
        expect(new Set(labels)).toEqual(new Set([...predicted, ...expected]));
        expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(list.length);
        const diagonal = counts.reduce((sum, row, place) => sum + row[place]!, 0);
        expect(diagonal / list.length).toBe(right);
        expect(Math.abs(measure(matthewsCorrelation(), predicted, expected))).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  test('precision is recall with the sides changed, so F1 and Matthews correlation do not change', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const [predicted, expected] = sides(list);
        const there = measure(precisionRecallF1(), predicted, expected);
        const back = measure(precisionRecallF1(), expected, predicted);
        expect(there.macro.precision).toBeCloseTo(back.macro.recall, 12);
        expect(there.macro.f1).toBeCloseTo(back.macro.f1, 12);
        expect(measure(matthewsCorrelation(), predicted, expected)).toBeCloseTo(
          measure(matthewsCorrelation(), expected, predicted),
          12,
        );
      }),
    );
  });

  test('neither the order of the places nor the names of the labels make a difference', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const [predicted, expected] = sides(list);
        const [turned, turnedExpected] = sides([...list].reverse());
        const renamed = (labels: readonly string[]) => labels.map((name) => `類 ${name}`);
        for (const create of [confusionMatrix, precisionRecallF1] as (() => Metric<LabelBatch, unknown>)[]) {
          expect(measure(create(), turned, turnedExpected)).toEqual(measure(create(), predicted, expected));
        }
        expect(measure(precisionRecallF1(), renamed(predicted), renamed(expected)).macro.f1).toBeCloseTo(
          measure(precisionRecallF1(), predicted, expected).macro.f1,
          12,
        );
      }),
    );
  });
});

describe('edges', () => {
  test('of nothing accuracy is not a number, and every other score is 0', () => {
    expect(accuracy().result()).toBeNaN();
    expect(matthewsCorrelation().result()).toBe(0);
    const zeros = { precision: 0, recall: 0, f1: 0 };
    expect(precisionRecallF1().result()).toEqual({
      micro: { ...zeros, correct: 0, predicted: 0, expected: 0 },
      macro: zeros,
      weighted: zeros,
      perLabel: new Map(),
    });
    expect(confusionMatrix().result()).toEqual({ labels: [], counts: [] });
    const metric = accuracy();
    metric.update([], []);
    expect(metric.result()).toBeNaN();
  });

  test('one class alone has no Matthews correlation, so it is 0', () => {
    expect(measure(matthewsCorrelation(), ['a', 'a'], ['a', 'a'])).toBe(0);
    expect(measure(matthewsCorrelation(), ['a', 'a'], ['a', 'b'])).toBe(0);
  });

  test('labels that were given have rows and count in averages, even if they never come', () => {
    const labels = ['c', 'a', 'b'];
    const { macro, perLabel } = measure(precisionRecallF1({ labels }), ['a'], ['a']);
    expect([...perLabel.keys()]).toEqual(labels);
    expect(macro.f1).toBeCloseTo(1 / 3, 12);
    expect(measure(confusionMatrix({ labels }), ['a'], ['a']).labels).toEqual(labels);
  });

  test('numbers are sorted by value, and 1 is not the name "1"', () => {
    expect(measure(confusionMatrix(), [10, 9, 100], [10, 9, 100]).labels).toEqual([9, 10, 100]);
    expect(() => measure(accuracy(), [1], ['1'])).toThrow(ShapeError);
    expect(() => measure(accuracy(), [1], ['1'])).toThrow(
      /predicted\[0\] is a number, 1, and expected\[0\] a string, "1"/,
    );
  });

  test('places with the label to ignore are not counted, whatever was predicted there', () => {
    const [predicted, expected] = [
      [3, 1, 2, 2],
      [-100, 1, 2, 1],
    ];
    expect(measure(accuracy({ ignoreLabel: -100 }), predicted!, expected!)).toBe(2 / 3);
    expect(measure(confusionMatrix({ ignoreLabel: -100 }), predicted!, expected!).labels).toEqual([1, 2]);
    expect(measure(accuracy({ ignoreLabel: -100, labels: [1, 2] }), predicted!, expected!)).toBe(2 / 3);
    const metric = accuracy({ ignoreLabel: -100 });
    metric.update(Int32Array.of(1, 5), Int32Array.of(1, -100));
    expect(metric.result()).toBe(1);
  });

  test('an unknown label is refused, and the nearest right one is named', () => {
    const labels = ['positive', 'negative'];
    const metric = accuracy({ labels });
    metric.update(['positive'], ['positive']);
    expect(() => metric.update(['positive', 'negativ'], ['negative', 'negative'])).toThrow(
      new ShapeError('accuracy: predicted[1] is "negativ", which is not among the labels.\nDid you mean negative?', {
        value: 'negativ',
      }),
    );
    expect(() => metric.update(['positive'], ['中性'])).toThrow(
      /expected\[0\] is "中性".*\nLabels: positive, negative\./,
    );
    expect(() => measure(accuracy({ labels: [0, 1] }), [2], [1])).toThrow(/is 2, which is not among.*\nLabels: 0, 1\./);
    expect(metric.result()).toBe(1); // a refused batch is not counted at all
  });

  test('what is no label, no array, or of another length is refused', () => {
    const metric = accuracy();
    for (const wrong of [Number.NaN, null, undefined, [0.1, 0.9], Object.create(null)]) {
      expect(() => metric.update([wrong as Label], ['a'])).toThrow(ShapeError);
      expect(() => metric.update([wrong as Label], ['a'])).toThrow(/predicted\[0\] is .*which is no label/);
    }
    expect(() => metric.update('ab' as unknown as Label[], ['a', 'b'])).toThrow(
      /predicted is no array.*\n.*update\(\[/,
    );
    expect(() => metric.update(['a'], undefined as unknown as Label[])).toThrow(/expected is no array/);
    expect(() => metric.update(['a'], ['a', 'b'])).toThrow(/1 predicted, 2 expected/);
  });

  test('options that are misspelt or cannot work are refused', () => {
    // @ts-expect-error a misspelt option
    expect(() => accuracy({ label: ['a'] })).toThrow(/Did you mean labels/);
    expect(() => confusionMatrix({ labels: [] })).toThrow(ConfigError);
    expect(() => confusionMatrix({ labels: 3 as unknown as string[] })).toThrow(/labels are empty, or no array/);
    expect(() => precisionRecallF1({ labels: ['a', 'a'] })).toThrow(/labels name one twice/);
  });
});
