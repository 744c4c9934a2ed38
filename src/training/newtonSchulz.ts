import { add, div, eye, mul, sqrt, square, sum, type Tensor2D } from '@tensorflow/tfjs-core';
import { dispatchAll } from '../ops/index.js';
import { matrixProduct } from '../ops/matrixProduct.js';
import type { OddQuintic } from './polarExpress.js';

/** Jordan's polynomial, for every step: small singular values grow fast towards 1, and then stay about there. */
export const JORDAN_QUINTIC: OddQuintic = [3.4445, -4.775, 2.0315];

/**
 * Orthogonal matrices near the directions of `matrices`: for the singular value decomposition U S V^T of each, about U V^T.
 * A few steps bring the singular values to about 0.7..1.2, which is all that Muon asks for.
 *
 * @param matrices each [rows, columns]
 * @param polynomials applied to the singular values one after the other: 5 of Jordan's, or fewer of better ones
 * @returns as many, of the same shapes
 * @see Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/
 */
export function newtonSchulz(matrices: readonly Tensor2D[], polynomials: readonly OddQuintic[]): Tensor2D[] {
  const inputs = Object.fromEntries(matrices.map((matrix, index) => [`matrix${index}`, matrix]));
  const attributes = { polynomials: polynomials.flat(), matrices: matrices.length };
  return dispatchAll('SesameNewtonSchulz', inputs, attributes, () =>
    matrices.map((matrix) => orthogonalize(matrix, polynomials)),
  ) as Tensor2D[];
}

function orthogonalize(matrix: Tensor2D, polynomials: readonly OddQuintic[]): Tensor2D {
  const [rows, columns] = matrix.shape;
  const identity = eye(Math.min(rows, columns)) as Tensor2D;
  // The Frobenius norm is at least the largest singular value, so all start within 0..1.
  let x = div<Tensor2D>(matrix, add(sqrt(sum(square(matrix))), 1e-7));
  for (const [a, b, c] of polynomials) {
    // The odd polynomial as a product: x (a I + b G + c G^2) with G the smaller of x^T x and x x^T.
    const wide = rows < columns;
    const gram = wide ? matrixProduct(x, x, false, true) : matrixProduct(x, x, true, false);
    const inner = add<Tensor2D>(mul(gram, c), mul(identity, b));
    const polynomial = add<Tensor2D>(matrixProduct(gram, inner), mul(identity, a));
    x = wide ? matrixProduct(polynomial, x) : matrixProduct(x, polynomial);
  }
  return x;
}
