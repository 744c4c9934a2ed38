import fc from 'fast-check';
import { ShapeError } from 'sesame-nlp/errors';
import { type LossSum, perplexity } from 'sesame-nlp/metrics';
import { expect, test } from 'vitest';
import { readJsonFixture } from '../support/fixtures.js';
import type { OracleTensor } from '../support/oracle.js';
import { expectNear } from './fixtures.js';

const oracle = await readJsonFixture<{
  logits: OracleTensor;
  labels: OracleTensor;
  mask: OracleTensor;
  perplexity_all: OracleTensor;
  perplexity_masked: OracleTensor;
}>('metrics/perplexity.json');

/** The loss in nats at each place. */
function losses(): number[] {
  const classes = oracle.logits.shape.at(-1)!;
  return oracle.labels.data.map((label, place) => {
    const logits = oracle.logits.data.slice(place * classes, (place + 1) * classes) as number[];
    return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[label as number]!;
  });
}

const measure = (...parts: LossSum[]) => {
  const metric = perplexity();
  for (const part of parts) metric.update(part);
  return metric.result();
};

test("equals torch's, over all tokens and over those of a mask, a row at a time", () => {
  const rows = (counts: (place: number) => boolean) =>
    [0, 5].map((start) => {
      const kept = losses().filter((_, place) => place >= start && place < start + 5 && counts(place));
      return { total: kept.reduce((sum, loss) => sum + loss, 0), count: kept.length };
    });
  expectNear(measure(...rows(() => true)), oracle.perplexity_all.data[0] as number);
  expectNear(measure(...rows((place) => oracle.mask.data[place] === 1)), oracle.perplexity_masked.data[0] as number);
});

test('of equally likely tokens is how many there are, and 1 where there is no doubt', () => {
  expect(measure({ total: 7 * Math.log(50), count: 7 })).toBeCloseTo(50, 10);
  expect(measure({ total: 0, count: 3 })).toBe(1);
});

test('every token counts the same, whatever batch it is in', () => {
  const tokens = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(tokens, fc.integer({ min: 1, max: 7 }), (nats, size) => {
      const sumOf = (part: number[]) => ({ total: part.reduce((sum, loss) => sum + loss, 0), count: part.length });
      const parts: number[][] = [];
      for (let start = 0; start < nats.length; start += size) parts.push(nats.slice(start, start + size));
      expect(Math.log(measure(...parts.map(sumOf)))).toBeCloseTo(Math.log(measure(sumOf(nats))), 10);
    }),
  );
});

test('of nothing is not a number, and a batch without tokens changes nothing', () => {
  expect(perplexity().result()).toBeNaN();
  expect(measure({ total: 0, count: 0 })).toBeNaN();
  expect(measure({ total: 2, count: 2 }, { total: 0, count: 0 })).toBeCloseTo(Math.E, 12);
});

test('what is no sum of losses is refused', () => {
  const metric = perplexity();
  for (const wrong of [
    undefined,
    3,
    {},
    { total: {}, count: {} },
    { total: 1, count: -1 },
    { total: 1, count: Number.NaN },
  ]) {
    expect(() => metric.update(wrong as LossSum)).toThrow(ShapeError);
  }
  expect(metric.result()).toBeNaN();
});
