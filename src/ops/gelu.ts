import { add, div, erf, exp, mul, sigmoid, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { dispatch } from './kernel.js';
import { withGradient } from './withGradient.js';

/**
 * The exact Gaussian error linear unit: x · Φ(x), with Φ from the error function. BERT's `gelu`.
 *
 * @param x any shape
 * @returns the same shape
 * @see Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415
 */
export function gelu(x: Tensor): Tensor {
  return withGradient([x], {
    forward: () => dispatch('SesameGelu', { x }, {}, () => mul(x, normalCumulative(x))),
    save: () => [x] as const,
    backward: (dy, [x]) => [
      dispatch('SesameGeluGrad', { dy, x }, {}, () => {
        const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return mul(dy, add(normalCumulative(x), mul(x, density)));
      }),
    ],
  });
}

/** Φ(x), the probability that a standard normal variable is below x. */
function normalCumulative(x: Tensor): Tensor {
  return mul(add(erf(div(x, Math.SQRT2)), 1), 0.5);
}

// 0.5 (1 + tanh(u)) = sigmoid(2u), with u = sqrt(2/π) (x + 0.044715 x³): the sigmoid is ten times as fast on wasm.
const SLOPE = 2 * Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/**
 * The Gaussian error linear unit in its tanh approximation: GPT's `gelu` and `gelu_new`.
 *
 * @param x any shape
 * @returns the same shape
 * @see Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415, section 2
 */
export function geluTanh(x: Tensor): Tensor {
  return withGradient([x], {
    forward: () => dispatch('SesameGeluTanh', { x }, {}, () => mul(x, gate(x))),
    save: () => [x] as const,
    backward: (dy, [x]) => [
      dispatch('SesameGeluTanhGrad', { dy, x }, {}, () => {
        const g = gate(x);
        const slope = add(mul(square(x), 3 * CUBIC * SLOPE), SLOPE);
        // d(x g)/dx = g + x g (1 - g) slope
        return mul(dy, mul(g, add(mul(mul(x, sub(1, g)), slope), 1)));
      }),
    ],
  });
}

function gate(x: Tensor): Tensor {
  return sigmoid(mul(x, add(mul(square(x), CUBIC * SLOPE), SLOPE)));
}
