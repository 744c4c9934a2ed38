// What every contender trains with, and on.
import { tokenIds } from '../models/tokenIds.js';

/** How to train. */
export interface Recipe {
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly clipNorm: number;
  /** Steps whose losses are compared before anything is timed. */
  readonly comparedSteps: number;
  /** Steps of a turn. */
  readonly timedSteps: number;
}

/** Adam without decay, which is what gpt-tfjs runs; its epsilon is 1e-7. */
export const RECIPE: Recipe = {
  learningRate: 1e-3,
  betas: [0.9, 0.999],
  epsilon: 1e-8,
  clipNorm: 1,
  comparedSteps: 3,
  timedSteps: 3,
};

/** Rows of `time` + 1 tokens: what is read and, one place on, what is to be predicted. */
export function trainingRows(batch: number, time: number, vocabSize: number): number[][] {
  const ids = tokenIds(batch * (time + 1), vocabSize);
  return Array.from({ length: batch }, (_, row) => ids.slice(row * (time + 1), (row + 1) * (time + 1)));
}
