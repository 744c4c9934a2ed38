import fc from 'fast-check';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import { type PrecisionRecallF1, type RougeOptions, rouge, tokenizeCharacters } from 'sesame-nlp/metrics';
import { describe, expect, test } from 'vitest';
import { longestCommonSubsequence } from '../../src/metrics/longestCommonSubsequence.js';
import { readJsonFixture } from '../support/fixtures.js';
import { expectNumber, text } from './fixtures.js';

const names = ['rouge1', 'rouge2', 'rouge3', 'rougeL'] as const;

type OracleItem = { reference: string; hypothesis: string } & Record<(typeof names)[number], PrecisionRecallF1>;

const { items } = await readJsonFixture<{ items: OracleItem[] }>('metrics/rouge.json');

function measure(predicted: string, expected: string | string[], options: RougeOptions<1 | 2 | 3> = {}) {
  const metric = rouge({ orders: [1, 2, 3], ...options });
  metric.update([predicted], [expected]);
  return metric.result();
}

test('counts shared words, shared pairs, and the longest common subsequence', () => {
  // Words: the the cat of 4 and 5; pairs: the cat; in order: the cat the? no: the, cat.
  const { rouge1, rouge2, rougeL } = measure('the cat saw the', 'on the mat the cat');
  expect(rouge1).toEqual({ precision: 3 / 4, recall: 3 / 5, f1: 6 / 9 });
  expect(rouge2).toEqual({ precision: 1 / 3, recall: 1 / 4, f1: 2 / 7 });
  expect(rougeL).toEqual({ precision: 2 / 4, recall: 2 / 5, f1: 4 / 9 });
});

test.each(items)("has rouge-score's scores of $hypothesis", ({ reference, hypothesis, ...expected }) => {
  const actual = measure(hypothesis, reference);
  for (const name of names) {
    for (const score of ['precision', 'recall', 'f1'] as const)
      expectNumber(actual[name][score], expected[name][score]);
  }
});

test('measures Chinese by characters', () => {
  const { rouge1, rougeL } = measure('潮水退了', '潮水會退', { tokenize: tokenizeCharacters });
  expect(rouge1).toEqual({ precision: 3 / 4, recall: 3 / 4, f1: 3 / 4 });
  expect(rougeL.f1).toBe(3 / 4);
});

test('is the mean over texts, each with the reference that suits it best', () => {
  const metric = rouge();
  metric.update(['a b', 'c'], [['x', 'a b', 'a'], 'd']);
  expect(metric.result()).toEqual({
    rouge1: { precision: 0.5, recall: 0.5, f1: 0.5 },
    rouge2: { precision: 0.5, recall: 0.5, f1: 0.5 },
    rougeL: { precision: 0.5, recall: 0.5, f1: 0.5 },
  });
});

test('has the orders that were asked for', () => {
  const metric = rouge({ orders: [4] });
  metric.update(['a b c d'], ['a b c d e']);
  expect(metric.result().rouge4).toEqual({ precision: 1, recall: 1 / 2, f1: 2 / 3 });
  // @ts-expect-error an order that was not asked for
  expect(metric.result().rouge1).toBeUndefined();
});

describe('properties', () => {
  test('scores lie in 0..1 and are 1 for the reference itself; precision is recall with the sides changed', () => {
    fc.assert(
      fc.property(text, text, (predicted, expected) => {
        const options = { tokenize: tokenizeCharacters };
        const [there, back] = [measure(predicted, expected, options), measure(expected, predicted, options)];
        const same = measure(expected, expected, options);
        for (const [index, name] of names.entries()) {
          expect(there[name].f1).toBeGreaterThanOrEqual(0);
          expect(there[name].f1).toBeLessThanOrEqual(1);
          expect(back[name]).toEqual({
            precision: there[name].recall,
            recall: there[name].precision,
            f1: there[name].f1,
          });
          const needed = name === 'rougeL' ? 1 : index + 1;
          expect(same[name].f1).toBe(tokenizeCharacters(expected).length >= needed ? 1 : 0);
        }
        expect(there.rougeL.f1).toBeLessThanOrEqual(there.rouge1.f1 + 1e-12);
      }),
    );
  });

  test('the longest common subsequence is the one that trying all of them finds', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '潮'), { maxLength: 7 });
    /** Every way to leave items out. */
    const subsequences = (list: readonly string[]): string[][] =>
      list.reduce<string[][]>((all, item) => all.concat(all.map((one) => [...one, item])), [[]]);
    fc.assert(
      fc.property(letters, letters, (a, b) => {
        const ofB = new Set(subsequences(b).map((one) => one.join()));
        const longest = Math.max(...subsequences(a).flatMap((one) => (ofB.has(one.join()) ? [one.length] : [])));
        expect(longestCommonSubsequence(a, b)).toBe(longest);
      }),
    );
  });
});

describe('edges', () => {
  test('texts without a word score 0, and no texts are not a number', () => {
    const zeros = { precision: 0, recall: 0, f1: 0 };
    expect(measure('', 'the cat')).toEqual({ rouge1: zeros, rouge2: zeros, rouge3: zeros, rougeL: zeros });
    expect(measure('...', '').rougeL).toEqual(zeros);
    expect(rouge().result().rouge1.f1).toBeNaN();
  });

  test('Chinese is refused where no tokenizer was chosen', () => {
    expect(() => measure('潮水退了', '潮水退了')).toThrow(ConfigError);
    expect(() => measure('潮水退了', '潮水退了')).toThrow(
      /rouge: the text "潮水退了" is Chinese.*\n.*tokenizeCharacters/,
    );
    expect(measure('Her name 潮 is rare', 'Her name 潮 is rare').rouge1.f1).toBe(1);
  });

  test('what is no text, has no reference, or cannot work is refused', () => {
    expect(() => measure('a', [])).toThrow(ShapeError);
    expect(() => measure(3 as unknown as string, 'a')).toThrow(/predicted\[0\] is no text/);
    expect(() => rouge({ orders: [0] })).toThrow(/order 0/);
    expect(() => rouge({ orders: [1.5] })).toThrow(ConfigError);
    // @ts-expect-error a misspelt option
    expect(() => rouge({ order: [1] })).toThrow(/Did you mean orders/);
  });
});
