import { add, reshape, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors/index.js';
import { dispatch } from './kernel.js';
import { columnSums, matrixProduct, toMatrix } from './matrixProduct.js';
import { withGradient } from './withGradient.js';

/** What `linear` takes besides its tensors. */
export interface LinearOptions {
  /** Whether the weight is stored [out, in], as a token embedding that also serves as output layer is. */
  readonly transposeWeight?: boolean;
}

/**
 * An affine map of the last axis: x · weight + bias.
 *
 * @param x [..., in]
 * @param weight [in, out], or [out, in] with `transposeWeight`
 * @param bias [out]
 * @returns [..., out]
 * @throws ShapeError if x's last axis is not the weight's input size, or the bias not of its output size
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor, options: LinearOptions = {}): Tensor {
  const transposeWeight = options.transposeWeight ?? false;
  const [inSize, outSize] = transposeWeight
    ? [weight.shape[1]!, weight.shape[0]!]
    : [weight.shape[0]!, weight.shape[1]!];
  if (x.shape[x.rank - 1] !== inSize) {
    throw new ShapeError(
      `linear: x is [${x.shape.join(', ')}], but the weight takes ${inSize} inputs.\n` +
        `The last axis of x must be ${inSize}.`,
      { value: x.shape },
    );
  }
  if (bias !== undefined && bias.shape.join() !== String(outSize)) {
    throw new ShapeError(
      `linear: the bias is [${bias.shape.join(', ')}], but the weight gives ${outSize} outputs.\nIt must be [${outSize}].`,
      { value: bias.shape },
    );
  }
  const attributes = { transposeWeight };
  return withGradient([x, weight, bias], {
    forward: () =>
      dispatch('SesameLinear', { x, weight, bias }, attributes, () => {
        const product = matrixProduct(toMatrix(x), weight as Tensor2D, false, transposeWeight);
        return reshape(bias === undefined ? product : add(product, bias), [...x.shape.slice(0, -1), outSize]);
      }),
    save: () => [x, weight] as const,
    backward: (dy, [x, weight]) => [
      dispatch('SesameLinearInputGrad', { dy, weight }, attributes, () =>
        reshape(matrixProduct(toMatrix(dy), weight as Tensor2D, false, !transposeWeight), x.shape),
      ),
      dispatch('SesameLinearWeightGrad', { dy, x }, attributes, () =>
        transposeWeight
          ? matrixProduct(toMatrix(dy), toMatrix(x), true, false)
          : matrixProduct(toMatrix(x), toMatrix(dy), true, false),
      ),
      bias === undefined ? undefined : columnSums(dy),
    ],
  });
}
