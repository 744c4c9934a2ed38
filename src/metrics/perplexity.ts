import { ShapeError } from '../errors/index.js';
import type { Metric } from './metric.js';

/** A loss as a sum and the number of tokens summed, so that parts of unequal size add up exactly. */
export interface LossSum {
  /** The sum of the losses of all tokens, in nats. */
  readonly total: number;
  /** How many tokens there are. */
  readonly count: number;
}

/**
 * e to the mean loss of a token: among how many equally likely tokens a language model is undecided. NaN before the
 * first token. Every token counts the same, however texts are cut into batches.
 *
 * ```ts
 * import { perplexity } from 'sesame-nlp/metrics';
 *
 * const metric = perplexity();
 * metric.update({ total: 10 * Math.log(8), count: 10 });
 * metric.update({ total: 10 * Math.log(2), count: 10 });
 * console.log(metric.result()); // 4, but for rounding
 * ```
 *
 * `fit` and `evaluate` show each batch's loss as it is: `metrics: { perplexity: perplexity() }`.
 *
 * @throws ShapeError, from `update`, for a total or count that is no number
 */
export function perplexity(): Metric<[loss: LossSum]> {
  let [total, count] = [0, 0];
  return {
    update(loss) {
      if (typeof loss?.total !== 'number' || !(loss.count >= 0 && Number.isFinite(loss.count))) {
        throw new ShapeError(
          'perplexity: a loss is a sum in nats and the number of tokens summed, { total, count }, both numbers.\n' +
            'Of tensors, give what their data() holds.',
          { value: loss },
        );
      }
      total += loss.total;
      count += loss.count;
    },
    result: () => Math.exp(total / count),
    reset() {
      [total, count] = [0, 0];
    },
  };
}
