import { add, div, eye, mul, sqrt, square, sum, type Tensor2D } from '@tensorflow/tfjs-core';
import { dispatchAll } from '../ops/index.js';
import { matrixProduct } from '../ops/matrixProduct.js';

/** a, b, c of x -> a x + b x^3 + c x^5, chosen so that small singular values grow fast towards 1. */
const [A, B, C] = [3.4445, -4.775, 2.0315];

/**
 * Orthogonal matrices near the directions of `matrices`: for the singular value decomposition U S V^T of each, about U V^T.
 * A few steps bring the singular values to about 0.7..1.2, which is all that Muon asks for.
 *
 * @param matrices each [rows, columns]
 * @param steps of the iteration: 5 in the paper, 3 are enough for small models
 * @returns as many, of the same shapes
 * @see Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/
 */
export function newtonSchulz(matrices: readonly Tensor2D[], steps: number): Tensor2D[] {
  const inputs = Object.fromEntries(matrices.map((matrix, index) => [`matrix${index}`, matrix]));
  return dispatchAll('SesameNewtonSchulz', inputs, { steps, matrices: matrices.length }, () =>
    matrices.map((matrix) => orthogonalize(matrix, steps)),
  ) as Tensor2D[];
}

function orthogonalize(matrix: Tensor2D, steps: number): Tensor2D {
  const [rows, columns] = matrix.shape;
  const identity = eye(Math.min(rows, columns)) as Tensor2D;
  const [identityA, identityB] = [mul<Tensor2D>(identity, A), mul<Tensor2D>(identity, B)];
  // The Frobenius norm is at least the largest singular value, so all start within 0..1.
  let x = div<Tensor2D>(matrix, add(sqrt(sum(square(matrix))), 1e-7));
  for (let step = 0; step < steps; step++) {
    // The odd polynomial as a product: x (a I + b G + c G^2) with G the smaller of x^T x and x x^T.
    const wide = rows < columns;
    const gram = wide ? matrixProduct(x, x, false, true) : matrixProduct(x, x, true, false);
    const inner = add<Tensor2D>(mul(gram, C), identityB);
    const polynomial = add<Tensor2D>(matrixProduct(gram, inner), identityA);
    x = wide ? matrixProduct(polynomial, x) : matrixProduct(x, polynomial);
  }
  return x;
}
