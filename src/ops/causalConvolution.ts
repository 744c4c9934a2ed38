import { add, concat, mul, reshape, slice, type Tensor, unstack, zeros } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors/index.js';
import { dispatch, dispatchAll } from './kernel.js';
import { columnSums } from './matrixProduct.js';
import { withGradient } from './withGradient.js';

/** What `causalConvolution` takes besides its tensors. */
export interface CausalConvolutionOptions {
  /** Whether x itself is added: y[t] = x[t] + the sum. */
  readonly residual?: boolean;
}

/**
 * A causal depthwise convolution over time: y[t] = sum_k taps[k] * x[t - k], each channel on its own. What comes before
 * the sequence counts as zeros; where it does not, put those steps before it and leave out the first of the result.
 *
 * @param x [batch, time, channels]
 * @param taps [numTaps, channels]; taps[0] is for the present step
 * @returns [batch, time, channels]
 * @throws ShapeError if the taps are for other channels
 */
export function causalConvolution(x: Tensor, taps: Tensor, options: CausalConvolutionOptions = {}): Tensor {
  const [batch, time, channels] = x.shape as [number, number, number];
  const numTaps = taps.shape[0]!;
  if (x.rank !== 3 || taps.rank !== 2 || taps.shape[1] !== channels) {
    throw new ShapeError(
      `causalConvolution: x is [${x.shape.join(', ')}], and taps are [${taps.shape.join(', ')}].\n` +
        'They must be [batch, time, channels] and [numTaps, channels].',
      { value: taps.shape },
    );
  }
  const attributes = { residual: options.residual ?? false };
  const added = (x: Tensor) => (attributes.residual ? [x] : []);
  /** x as it was `k` steps before, or for k < 0 as it will be, with zeros beyond its ends. */
  const shifted = (x: Tensor, k: number) => {
    const beyond = zeros([batch, numTaps - 1, channels]);
    return slice(concat([beyond, x, beyond], 1), [0, numTaps - 1 - k, 0], [batch, time, channels]);
  };
  const sum = (terms: readonly Tensor[]) => terms.reduce((sum, term) => add(sum, term));
  return withGradient([x, taps], {
    forward: () =>
      dispatch('SesameCausalConvolution', { x, taps }, attributes, () =>
        sum([...added(x), ...unstack(taps).map((tap, k) => mul(shifted(x, k), tap))]),
      ),
    save: () => [x, taps] as const,
    backward: (dy, [x, taps]) =>
      dispatchAll('SesameCausalConvolutionGrad', { dy, x, taps }, attributes, () => {
        const dx = sum([...added(dy), ...unstack(taps).map((tap, k) => shifted(mul(dy, tap), -k))]);
        const dTaps = Array.from({ length: numTaps }, (_, k) => columnSums(mul(dy, shifted(x, k))));
        return [dx, reshape(concat(dTaps), taps.shape)];
      }),
  });
}
