import { checkNumbers } from './checkNumbers.js';
import type { Metric, NumberSequence } from './metric.js';
import { PairMoments } from './pearsonCorrelation.js';

/**
 * How well the order of one number follows that of the other: Pearson's correlation of their ranks, -1..1. Equal numbers
 * share the mean of their ranks. NaN for fewer than two pairs, and where either side is always the same.
 *
 * It holds all pairs in memory, since any later one may change the ranks.
 *
 * @throws ShapeError, from `update`, for what is no finite number
 */
export function spearmanCorrelation(): Metric<[predicted: NumberSequence, expected: NumberSequence]> {
  const all = { predicted: [] as number[], expected: [] as number[] };
  return {
    update(predicted, expected) {
      checkNumbers('spearmanCorrelation', predicted, expected);
      for (let index = 0; index < predicted.length; index++) {
        all.predicted.push(predicted[index]!);
        all.expected.push(expected[index]!);
      }
    },
    result() {
      const [ranksX, ranksY] = [ranksOf(all.predicted), ranksOf(all.expected)];
      const moments = new PairMoments();
      for (const [index, rank] of ranksX.entries()) moments.add(rank, ranksY[index]!);
      return moments.correlation();
    },
    reset() {
      all.predicted.length = 0;
      all.expected.length = 0;
    },
  };
}

/** The place of each number in their order, from 1; equal ones share the mean of their places. */
function ranksOf(numbers: readonly number[]): Float64Array {
  const order = Uint32Array.from(numbers.keys()).sort((a, b) => numbers[a]! - numbers[b]!);
  const ranks = new Float64Array(numbers.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && numbers[order[end]!] === numbers[order[start]!]) end++;
    for (const index of order.subarray(start, end)) ranks[index] = (start + 1 + end) / 2;
  }
  return ranks;
}
