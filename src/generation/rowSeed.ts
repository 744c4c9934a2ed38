import { hashSeed } from '../ops/index.js';

/**
 * The seed of one row of a batch: row `row` of `generate(model, prompts, { seed })` draws the same random numbers as its
 * prompt alone with `{ seed: rowSeed(seed, row) }`. Row 0 has the seed itself.
 *
 * @param seed 32-bit integer
 * @param row from 0
 */
export function rowSeed(seed: number, row: number): number {
  return row === 0 ? seed : hashSeed(seed, row);
}
