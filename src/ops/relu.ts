import { mul, step, type Tensor, relu as tfRelu } from '@tensorflow/tfjs-core';
import { dispatch } from './kernel.js';
import { withGradient } from './withGradient.js';

/**
 * The rectified linear unit: max(x, 0). Its gradient at 0 is 0.
 *
 * @param x any shape
 * @returns the same shape
 */
export function relu(x: Tensor): Tensor {
  return withGradient([x], {
    forward: () => dispatch('SesameRelu', { x }, {}, () => tfRelu(x)),
    save: () => [x] as const,
    backward: (dy, [x]) => [dispatch('SesameReluGrad', { dy, x }, {}, () => mul(dy, step(x)))],
  });
}
