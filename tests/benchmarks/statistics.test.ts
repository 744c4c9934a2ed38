import { expect, test } from 'vitest';
import { ratios, spread } from '../../benchmarks/harness/statistics.js';

test('quartiles lie between the numbers around them', () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, quartiles: [1.75, 3.25] });
  expect(spread([5])).toEqual({ median: 5, quartiles: [5, 5] });
});

test('a ratio is made within each round, so that a slow round changes nothing', () => {
  // The machine ran at a tenth of its speed in the second round.
  expect(ratios([[1, 1, 1], [10], [1]], [[2], [20, 20], [2]])).toEqual({ median: 2, quartiles: [2, 2] });
});

test('rounds that only one side finished do not count', () => {
  expect(ratios([[1], [1], [1]], [[3]]).median).toBe(3);
});
