import fc from 'fast-check';
import { ConfigError } from 'sesame-nlp/errors';
import { type LogitsProcessor, repetitionPenalty, temperature, topK, topP } from 'sesame-nlp/generation';
import { expect, test } from 'vitest';
import { readJsonFixture } from '../support/fixtures.js';

interface Table {
  readonly shape: [rows: number, columns: number];
  readonly data: (number | 'inf' | '-inf')[];
}

interface ProcessorCases {
  readonly input_ids: Table;
  readonly scores: Table;
  readonly cases: { name: string; parameters: Record<string, number>; scores: Table }[];
}

const reference = await readJsonFixture<ProcessorCases>('generation/processors.json');

const rowsOf = ({ shape, data }: Table) =>
  Array.from({ length: shape[0] }, (_, row) =>
    data.slice(row * shape[1], (row + 1) * shape[1]).map((x) => (x === '-inf' ? Number.NEGATIVE_INFINITY : Number(x))),
  );

const processorOf: Record<string, (parameters: Record<string, number>) => LogitsProcessor> = {
  temperature: (parameters) => temperature(parameters.temperature!),
  top_k: (parameters) => topK(parameters.top_k!),
  top_p: (parameters) => topP(parameters.top_p!, { minTokensToKeep: parameters.min_tokens_to_keep }),
  repetition_penalty: (parameters) => repetitionPenalty(parameters.repetition_penalty!),
};

/** What a processor makes of logits after a text. */
function apply(processor: LogitsProcessor, logits: readonly number[], tokenIds: readonly number[] = []): number[] {
  const row = Float32Array.from(logits);
  return [...(processor(row, { tokenIds, promptLength: tokenIds.length, row: 0 }) ?? row)];
}

const covered = reference.cases.filter(({ name }) => name in processorOf);

test('the reference has cases of all four processors', () => {
  expect(new Set(covered.map(({ name }) => name)).size).toBe(4);
  expect(covered).toHaveLength(11);
});

test.each(covered)('$name $parameters equals the reference', ({ name, parameters, scores }) => {
  const processor = processorOf[name]!(parameters);
  const texts = rowsOf(reference.input_ids);
  const expected = rowsOf(scores);
  for (const [index, logits] of rowsOf(reference.scores).entries()) {
    const actual = apply(processor, logits, texts[index]);
    // Filtered alike, and equal to the last bits of float32.
    for (const [id, value] of actual.entries()) {
      const wanted = expected[index]![id]!;
      if (Number.isFinite(wanted)) expect(Math.abs(value - wanted)).toBeLessThanOrEqual(2e-7 * Math.abs(wanted));
      else expect(value).toBe(wanted);
    }
  }
});

// Few different values, so that ties are common; forbidden tokens among them.
const logitsArbitrary = fc
  .array(fc.oneof(fc.integer({ min: -8, max: 8 }), fc.constant(Number.NEGATIVE_INFINITY)), {
    minLength: 1,
    maxLength: 60,
  })
  .filter((logits) => logits.some(Number.isFinite));

test('top-k keeps what is at least as likely as the k-th', () => {
  fc.assert(
    fc.property(logitsArbitrary, fc.integer({ min: 1, max: 70 }), (logits, k) => {
      const least = logits.toSorted((a, b) => b - a)[Math.min(k, logits.length) - 1]!;
      expect(apply(topK(k), logits)).toEqual(logits.map((x) => (x < least ? Number.NEGATIVE_INFINITY : x)));
    }),
  );
});

test('top-p keeps the fewest likeliest that exceed the probability, however many there are', () => {
  fc.assert(
    fc.property(
      logitsArbitrary,
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 9 }),
      (x, p, m) => {
        // Sort everything, add up, keep while the tokens before have not exceeded p.
        const largest = Math.max(...x);
        const weights = x.map((logit) => Math.exp(logit - largest));
        const total = weights.reduce((sum, weight) => sum + weight);
        const order = [...x.keys()].sort((a, b) => weights[b]! - weights[a]! || a - b);
        const before = order.map((_, rank) => order.slice(0, rank).reduce((sum, id) => sum + weights[id]!, 0) / total);
        fc.pre(before.every((sum) => Math.abs(sum - p) > 1e-9)); // where rounding does not decide
        const kept = new Set(order.filter((_, rank) => rank < m || before[rank]! <= p || p === 1));
        const expected = x.map((logit, id) => (kept.has(id) ? logit : Number.NEGATIVE_INFINITY));
        expect(apply(topP(p, { minTokensToKeep: m }), x)).toEqual(expected);
      },
    ),
  );
});

test('a penalty counts a token once, however often it occurs', () => {
  expect(apply(repetitionPenalty(2), [4, -4, 4, -4], [0, 0, 1, 0, 1])).toEqual([2, -8, 4, -4]);
});

test('values that cannot work are refused', () => {
  const refused = [
    () => temperature(0),
    () => temperature(-1),
    () => temperature(Number.NaN),
    () => temperature(Number.POSITIVE_INFINITY),
    () => topK(0),
    () => topK(2.5),
    () => topP(0),
    () => topP(1.1),
    () => topP(Number.NaN),
    () => topP(0.5, { minTokensToKeep: 0 }),
    // @ts-expect-error a misspelt option
    () => topP(0.5, { minTokenToKeep: 1 }),
    () => repetitionPenalty(0),
    () => repetitionPenalty(Number.POSITIVE_INFINITY),
  ];
  for (const make of refused) expect(make).toThrow(ConfigError);
});
