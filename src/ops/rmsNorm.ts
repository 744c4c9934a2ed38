import { add, mean, mul, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkPerEntry } from './checkShape.js';
import { dispatchAll } from './kernel.js';
import { columnSums } from './matrixProduct.js';
import { withGradient } from './withGradient.js';

/**
 * Divides the last axis by its root mean square, then scales it: a layer norm without centring and without a bias.
 *
 * @param x [..., size]
 * @param weight [size]
 * @param epsilon added to the mean square: 1e-6 in T5
 * @returns [..., size]
 * @throws ShapeError if the last axis of x is of another size
 * @see Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467
 */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon = 1e-6): Tensor {
  checkPerEntry('rmsNorm: weight', weight, x);
  let scale: Tensor; // the reciprocal of the row's root mean square, [..., 1]
  return withGradient([x, weight], {
    forward: () => {
      const [y, rowScale] = dispatchAll('SesameRmsNorm', { x, weight }, { epsilon }, () => {
        const rowScale = rsqrt(add(mean(square(x), -1, true), epsilon));
        return [mul(mul(x, rowScale), weight), rowScale];
      });
      scale = rowScale!;
      return y!;
    },
    save: () => [x, weight, scale] as const,
    backward: (dy, [x, weight, scale]) =>
      dispatchAll('SesameRmsNormGrad', { dy, x, weight, scale }, {}, () => {
        const normalized = mul(x, scale);
        const dNormalized = mul(dy, weight);
        const along = mul(normalized, mean(mul(dNormalized, normalized), -1, true));
        return [mul(scale, sub(dNormalized, along)), columnSums(mul(dy, normalized))];
      }),
  });
}
