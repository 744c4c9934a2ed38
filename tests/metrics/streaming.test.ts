// What holds for every metric: one row each.
import fc from 'fast-check';
import {
  accuracy,
  bleu,
  cmrc,
  confusionMatrix,
  entityF1,
  type Metric,
  matthewsCorrelation,
  pearsonCorrelation,
  precisionRecallF1,
  rouge,
  spearmanCorrelation,
  squad,
  tokenizeChinese,
} from 'sesame-nlp/metrics';
import { describe, expect, test } from 'vitest';
import { text } from './fixtures.js';

/** A metric of items, and what items may be. */
interface Row<Item> {
  readonly create: () => Metric<[predicted: readonly Item[], expected: readonly Item[]], unknown>;
  readonly item: fc.Arbitrary<Item>;
}

const row = <Item>(item: fc.Arbitrary<Item>, create: Row<Item>['create']) => ({ item, create }) as Row<unknown>;

const label = fc.constantFrom('好', '壞', 'so-so');
const number = fc.integer({ min: -5, max: 5 });
const tagged = fc.tuple(fc.constantFrom('O', 'B-人'), fc.constantFrom('O', 'I-人', 'B-LOC')).map((list) => [...list]);

const rows: Record<string, Row<unknown>> = {
  accuracy: row<string>(label, accuracy),
  precisionRecallF1: row<string>(label, precisionRecallF1),
  matthewsCorrelation: row<string>(label, matthewsCorrelation),
  confusionMatrix: row<string>(label, confusionMatrix),
  pearsonCorrelation: row(number, pearsonCorrelation),
  spearmanCorrelation: row(number, spearmanCorrelation),
  entityF1: row<string[]>(tagged, entityF1),
  squad: row<string>(text, squad),
  cmrc: row<string>(text, cmrc),
  bleu: row<string>(text, () => bleu({ tokenize: tokenizeChinese })),
  rouge: row<string>(text, () => rouge({ tokenize: tokenizeChinese })),
};

describe.each(Object.entries(rows))('%s', (_, { create, item }) => {
  const pairs = fc.array(fc.tuple(item, item), { maxLength: 12 });
  const update = (metric: ReturnType<typeof create>, list: readonly (readonly [unknown, unknown])[]) =>
    metric.update(
      list.map(([predicted]) => predicted),
      list.map(([, expected]) => expected),
    );

  test('is the same of one batch and of its pieces, however often it is asked in between', () => {
    fc.assert(
      fc.property(pairs, fc.nat(12), fc.nat(12), (list, a, b) => {
        const [whole, pieces] = [create(), create()];
        update(whole, list);
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        for (const piece of [list.slice(0, first), list.slice(first, second), list.slice(second)]) {
          update(pieces, piece);
          pieces.result();
        }
        expect(pieces.result()).toEqual(whole.result());
        expect(pieces.result()).toEqual(pieces.result());
      }),
    );
  });

  test('forgets everything at a reset, and shares nothing with another of its kind', () => {
    fc.assert(
      fc.property(pairs, pairs, (before, after) => {
        const [used, fresh] = [create(), create()];
        update(used, before);
        used.reset();
        expect(used.result()).toEqual(create().result());
        update(used, after);
        update(fresh, after);
        expect(used.result()).toEqual(fresh.result());
      }),
    );
  });

  test('a result stays what it was when more comes', () => {
    fc.assert(
      fc.property(pairs, pairs, (before, after) => {
        const metric = create();
        update(metric, before);
        const result = metric.result();
        const copy = structuredClone(result);
        update(metric, after);
        metric.reset();
        expect(result).toEqual(copy);
      }),
    );
  });
});
