import { checkNumbers } from './checkNumbers.js';
import type { Metric, NumberSequence } from './metric.js';

/**
 * How well one number follows the other along a line: -1..1. NaN for fewer than two pairs, and where either side is
 * always the same, which follows nothing.
 *
 * @throws ShapeError, from `update`, for what is no finite number
 */
export function pearsonCorrelation(): Metric<[predicted: NumberSequence, expected: NumberSequence]> {
  let moments = new PairMoments();
  return {
    update(predicted, expected) {
      checkNumbers('pearsonCorrelation', predicted, expected);
      for (let index = 0; index < predicted.length; index++) moments.add(predicted[index]!, expected[index]!);
    },
    result: () => moments.correlation(),
    reset() {
      moments = new PairMoments();
    },
  };
}

/**
 * Variances and covariance of pairs, kept up to date pair by pair and as seen from the first pair, so that nothing cancels as
 * it does in sums of squares.
 *
 * @see Welford 1962, https://doi.org/10.1080/00401706.1962.10490022
 */
export class PairMoments {
  #count = 0;
  #origin: readonly [x: number, y: number] = [0, 0];
  #meanX = 0;
  #meanY = 0;
  #squaresX = 0;
  #squaresY = 0;
  #products = 0;

  add(pairX: number, pairY: number): void {
    if (this.#count === 0) this.#origin = [pairX, pairY];
    this.#count++;
    const [x, y] = [pairX - this.#origin[0], pairY - this.#origin[1]];
    const [aboveX, aboveY] = [x - this.#meanX, y - this.#meanY]; // above the means before
    this.#meanX += aboveX / this.#count;
    this.#meanY += aboveY / this.#count;
    this.#squaresX += aboveX * (x - this.#meanX);
    this.#squaresY += aboveY * (y - this.#meanY);
    this.#products += aboveX * (y - this.#meanY);
  }

  /** Pearson's: NaN where it is not defined. */
  correlation(): number {
    const correlation = this.#products / (Math.sqrt(this.#squaresX) * Math.sqrt(this.#squaresY));
    return Math.max(-1, Math.min(1, correlation)); // rounding may lead out
  }
}
