import { add, mean, mul, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkPerEntry } from './checkShape.js';
import { dispatchAll } from './kernel.js';
import { columnSums } from './matrixProduct.js';
import { withGradient } from './withGradient.js';

/**
 * Normalises the last axis to mean 0 and variance 1, then scales and shifts it.
 *
 * @param x [..., size]
 * @param weight [size]
 * @param bias [size]
 * @param epsilon added to the variance: 1e-5 in GPT-2, 1e-12 in BERT
 * @returns [..., size]
 * @throws ShapeError if the last axis of x is of another size
 * @see Ba et al. 2016, https://arxiv.org/abs/1607.06450
 */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon = 1e-5): Tensor {
  checkPerEntry('layerNorm: weight', weight, x);
  checkPerEntry('layerNorm: bias', bias, x);
  // Kept for the backward direction: the row's mean and the reciprocal of its standard deviation, [..., 1].
  let center: Tensor;
  let scale: Tensor;
  return withGradient([x, weight, bias], {
    forward: () => {
      const [y, rowMean, rowScale] = dispatchAll('SesameLayerNorm', { x, weight, bias }, { epsilon }, () => {
        const rowMean = mean(x, -1, true);
        const centered = sub(x, rowMean);
        const rowScale = rsqrt(add(mean(square(centered), -1, true), epsilon));
        return [add(mul(mul(centered, rowScale), weight), bias), rowMean, rowScale];
      });
      center = rowMean!;
      scale = rowScale!;
      return y!;
    },
    save: () => [x, weight, center, scale] as const,
    backward: (dy, [x, weight, center, scale]) =>
      dispatchAll('SesameLayerNormGrad', { dy, x, weight, mean: center, scale }, { epsilon }, () => {
        const normalized = mul(sub(x, center), scale);
        const dNormalized = mul(dy, weight);
        // The gradient without its parts along the row's ones and along the normalised row.
        const along = mul(normalized, mean(mul(dNormalized, normalized), -1, true));
        const dx = mul(scale, sub(sub(dNormalized, mean(dNormalized, -1, true)), along));
        return [dx, columnSums(mul(dy, normalized)), columnSums(dy)];
      }),
  });
}
