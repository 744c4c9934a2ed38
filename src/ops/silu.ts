import { add, mul, sigmoid, sub, type Tensor } from '@tensorflow/tfjs-core';
import { dispatch } from './kernel.js';
import { withGradient } from './withGradient.js';

/**
 * The sigmoid linear unit, also called swish: x · sigmoid(x).
 *
 * @param x any shape
 * @returns the same shape
 * @see Elfwing et al. 2017, https://arxiv.org/abs/1702.03118
 */
export function silu(x: Tensor): Tensor {
  return withGradient([x], {
    forward: () => dispatch('SesameSilu', { x }, {}, () => mul(x, sigmoid(x))),
    save: () => [x] as const,
    backward: (dy, [x]) => [
      dispatch('SesameSiluGrad', { dy, x }, {}, () => {
        const gate = sigmoid(x);
        return mul(dy, mul(gate, add(mul(x, sub(1, gate)), 1)));
      }),
    ],
  });
}
