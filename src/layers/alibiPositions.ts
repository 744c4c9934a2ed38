import { abs, mul, range, reshape, sub, type Tensor, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { checkCounts } from './checkCounts.js';
import type { AttentionPositions } from './positions.js';

/**
 * Attention with linear biases: a score falls with the distance of query and key, in each head at its own rate.
 *
 * @see Press et al. 2021, https://arxiv.org/abs/2108.12409
 */
export class AlibiPositions implements AttentionPositions {
  readonly #slopes: readonly number[];

  constructor(numHeads: number) {
    checkCounts('AlibiPositions', { numHeads });
    this.#slopes = alibiSlopes(numHeads);
  }

  /** @inheritDoc */
  bias(queries: number, keys: number): Tensor {
    return tidy(() => {
      const places = reshape(range(keys - queries, keys), [queries, 1]);
      const distances = abs(sub(places, range(0, keys))); // [queries, keys]
      const slopes = this.#slopes.map((slope) => -slope);
      return mul(tensor4d(slopes, [1, slopes.length, 1, 1]), distances);
    });
  }
}

/** Powers of 2^(-8/heads); for a number of heads that is no power of two, every second one of the next power follows. */
function alibiSlopes(numHeads: number): number[] {
  const powers = (heads: number) => Array.from({ length: heads }, (_, head) => 2 ** ((-8 * (head + 1)) / heads));
  const below = 2 ** Math.floor(Math.log2(numHeads));
  const extra = powers(2 * below).filter((_, index) => index % 2 === 0);
  return [...powers(below), ...extra.slice(0, numHeads - below)];
}
