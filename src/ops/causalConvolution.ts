import { add, concat, mul, reshape, slice, type Tensor, unstack, zeros } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors/index.js';
import { dispatchAll } from './kernel.js';
import { columnSums } from './matrixProduct.js';
import { withGradient } from './withGradient.js';

/**
 * A causal depthwise convolution over time: y[t] = sum_k taps[k] * x[t - k], each channel on its own.
 *
 * @param x [batch, time + numTaps - 1, channels]: the sequence after the numTaps - 1 steps that came before it (zeros
 *   at the start of a text)
 * @param taps [numTaps, channels]; taps[0] is for the present step
 * @returns [batch, time, channels]
 * @throws ShapeError if there are fewer steps than taps, or taps for other channels
 */
export function causalConvolution(x: Tensor, taps: Tensor): Tensor {
  const [batch, steps, channels] = x.shape as [number, number, number];
  const numTaps = taps.shape[0]!;
  const time = steps - numTaps + 1;
  if (taps.shape[1] !== channels) {
    throw new ShapeError(
      `causalConvolution: x is [${x.shape.join(', ')}], and taps are [${taps.shape.join(', ')}].\n` +
        `They must be [numTaps, ${channels}], one number for each channel of x.`,
      { value: taps.shape },
    );
  }
  if (time < 1) {
    throw new ShapeError(
      `causalConvolution: ${numTaps} taps need at least ${numTaps} steps, and x is [${x.shape.join(', ')}].\n` +
        'Put numTaps - 1 steps of the past, or zeros, before the sequence.',
      { value: x.shape },
    );
  }
  /** The steps that tap k looks at: x[t - k] for every t. */
  const seenBy = (x: Tensor, k: number) => slice(x, [0, numTaps - 1 - k, 0], [batch, time, channels]);
  return withGradient([x, taps], {
    forward: () =>
      dispatchAll('SesameCausalConvolution', { x, taps }, {}, () => [
        unstack(taps)
          .map((tap, k) => mul(seenBy(x, k), tap))
          .reduce((sum, term) => add(sum, term)),
      ])[0]!,
    save: () => [x, taps] as const,
    backward: (dy, [x, taps]) =>
      dispatchAll('SesameCausalConvolutionGrad', { dy, x, taps }, {}, () => {
        const dx = unstack(taps)
          .map((tap, k) => {
            const [before, after] = [zeros([batch, numTaps - 1 - k, channels]), zeros([batch, k, channels])];
            return concat([before, mul(dy, tap), after], 1);
          })
          .reduce((sum, term) => add(sum, term));
        const dTaps = Array.from({ length: numTaps }, (_, k) => columnSums(mul(dy, seenBy(x, k))));
        return [dx, reshape(concat(dTaps), taps.shape)];
      }),
  });
}
