import {
  add,
  cast,
  div,
  equal,
  exp,
  max,
  mul,
  sub,
  sum,
  type Tensor,
  softmax as tfSoftmax,
} from '@tensorflow/tfjs-core';
import { dispatch } from './kernel.js';
import { withGradient } from './withGradient.js';

/** Far enough below any logit that a masked position never sets the row's maximum. */
export const MASKED = -1e9;

/**
 * Softmax over the last axis, of the positions that the mask keeps. A row that keeps nothing is all zeros, forward and
 * backward, not NaN and not uniform.
 *
 * @param logits [..., size]
 * @param mask broadcasts to the logits' shape: 1 = keep, 0 = leave out (probability 0)
 * @returns the same shape as the logits: probabilities 0..1
 */
export function softmax(logits: Tensor, mask?: Tensor): Tensor {
  return withGradient([logits], {
    forward: () => dispatch('SesameSoftmax', { logits, mask }, {}, () => composedSoftmax(logits, mask)),
    save: (probabilities) => [probabilities] as const,
    backward: (dy, [probabilities]) => [
      dispatch('SesameSoftmaxGrad', { dy, probabilities }, {}, () => softmaxGradient(dy, probabilities)),
    ],
  });
}

/** The softmax without a gradient of its own, for ops that are built on it. */
export function composedSoftmax(logits: Tensor, mask?: Tensor): Tensor {
  if (mask === undefined) return tfSoftmax(logits);
  const keep = cast(mask, 'float32');
  const masked = add(logits, mul(sub(1, keep), MASKED));
  const weights = mul(exp(sub(masked, max(masked, -1, true))), keep);
  const total = sum(weights, -1, true);
  // A row that keeps nothing has total 0: divide it by 1. Adding keeps a NaN, which a maximum might drop.
  return div(weights, add(total, cast(equal(total, 0), 'float32')));
}

/** The gradient of a softmax's input, given its output. */
export function softmaxGradient(dy: Tensor, probabilities: Tensor): Tensor {
  return mul(probabilities, sub(dy, sum(mul(dy, probabilities), -1, true)));
}
