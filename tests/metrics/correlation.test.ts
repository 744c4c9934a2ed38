import fc from 'fast-check';
import { ShapeError } from 'sesame-nlp/errors';
import { type NumberSequence, pearsonCorrelation, spearmanCorrelation } from 'sesame-nlp/metrics';
import { describe, expect, test } from 'vitest';
import { readJsonFixture } from '../support/fixtures.js';
import type { OracleTensor } from '../support/oracle.js';
import { expectNear } from './fixtures.js';

interface NumberCase {
  readonly x: number[];
  readonly y: number[];
  readonly pearson: number;
  readonly spearman: number;
}

const { correlation } = await readJsonFixture<{
  correlation: { x: OracleTensor; y: OracleTensor; pearson: number; spearman: number };
}>('metrics/classification.json');
const reference = await readJsonFixture<{ numbers: NumberCase[] }>('metrics/reference/expected.json');

const kinds = { pearsonCorrelation, spearmanCorrelation };

function measure(create: typeof pearsonCorrelation, x: NumberSequence, y: NumberSequence): number {
  const metric = create();
  metric.update(x, y);
  return metric.result();
}

test.each([
  { ...correlation, x: correlation.x.data as number[], y: correlation.y.data as number[] },
  ...reference.numbers,
])("both equal SciPy's, with ties and without", ({ x, y, pearson, spearman }) => {
  expectNear(measure(pearsonCorrelation, x, y), pearson);
  expectNear(measure(spearmanCorrelation, x, y), spearman);
});

test('a line is followed perfectly by both, a curve that rises by ranks alone', () => {
  const x = [1, 2, 3, 4];
  expect(measure(pearsonCorrelation, x, [3, 5, 7, 9])).toBeCloseTo(1, 12);
  expect(measure(pearsonCorrelation, x, [9, 7, 5, 3])).toBeCloseTo(-1, 12);
  expect(measure(spearmanCorrelation, x, [1, 10, 100, 1000])).toBeCloseTo(1, 12);
  expect(measure(pearsonCorrelation, x, [1, 10, 100, 1000])).toBeLessThan(0.9);
});

test('equal numbers share the mean of their ranks', () => {
  // Ranks 1.5, 1.5, 3 and 1, 2, 3.
  expect(measure(spearmanCorrelation, [5, 5, 9], [1, 2, 3])).toBeCloseTo(Math.sqrt(3) / 2, 12);
});

test('numbers far from zero lose nothing to cancellation', () => {
  const x = [1, 2, 3, 4, 5];
  const y = [2, 1, 4, 3, 5];
  const far = (numbers: number[]) => numbers.map((number) => number + 1e9);
  expect(measure(pearsonCorrelation, far(x), far(y))).toBeCloseTo(0.8, 12);
  expect(measure(pearsonCorrelation, x, y)).toBeCloseTo(0.8, 12);
});

describe.each(Object.entries(kinds))('%s', (name, create) => {
  const numbers = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -20, max: 20 })), {
    minLength: 2,
    maxLength: 40,
  });
  const sides = (pairs: readonly (readonly [number, number])[]) =>
    [pairs.map(([x]) => x), pairs.map(([, y]) => y)] as const;

  test('is symmetric, between -1 and 1, and the same for any order, scale and shift', () => {
    fc.assert(
      fc.property(numbers, (pairs) => {
        const [x, y] = sides(pairs);
        const value = measure(create, x, y);
        const constant = new Set(x).size === 1 || new Set(y).size === 1;
        expect(Number.isNaN(value)).toBe(constant);
        if (constant) return;
        expect(Math.abs(value)).toBeLessThanOrEqual(1);
        expect(measure(create, y, x)).toBeCloseTo(value, 10);
        expect(measure(create, ...sides([...pairs].reverse()))).toBeCloseTo(value, 10);
        expect(
          measure(
            create,
            x.map((number) => 4 * number + 7),
            y,
          ),
        ).toBeCloseTo(value, 10);
        expect(
          measure(
            create,
            x.map((number) => -number),
            y,
          ),
        ).toBeCloseTo(-value, 10);
        expect(measure(create, x, x)).toBeCloseTo(1, 10);
      }),
    );
  });

  test('is not a number for fewer than two pairs, or where a side never changes', () => {
    expect(create().result()).toBeNaN();
    expect(measure(create, [1], [2])).toBeNaN();
    expect(measure(create, [0.1, 0.1, 0.1], [1, 2, 3])).toBeNaN();
    expect(measure(create, [1, 2, 3], [0.3, 0.3, 0.3])).toBeNaN();
  });

  test('reads what tensors give, and refuses what is no finite number', () => {
    expect(measure(create, Float32Array.of(1, 2, 3), Int32Array.of(2, 4, 6))).toBeCloseTo(1, 12);
    const metric = create();
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, '1', null]) {
      expect(() => metric.update([1, wrong as number], [1, 2])).toThrow(ShapeError);
      expect(() => metric.update([1, 2], [1, wrong as number])).toThrow(`${name}: expected[1] is ${wrong}`);
    }
    expect(() => metric.update([1], [1, 2])).toThrow(/1 predicted, 2 expected/);
    expect(metric.result()).toBeNaN(); // nothing was counted
  });
});
