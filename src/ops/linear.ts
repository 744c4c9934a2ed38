import { add, engine, reshape, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors/index.js';
import { EncodedMatrix } from './encodedMatrix.js';
import { gelu, geluTanh } from './gelu.js';
import { dispatch, hasKernel, runKernel } from './kernel.js';
import { columnSums, matrixProduct, toMatrix } from './matrixProduct.js';
import { relu } from './relu.js';
import { silu } from './silu.js';
import { withGradient } from './withGradient.js';

/** What `linear` takes besides its tensors. */
export interface LinearOptions {
  /** Whether the weight is stored [out, in], as a token embedding that also serves as output layer is. */
  readonly transposeWeight?: boolean;
  /** Of the output's shape: added to the product and the bias. */
  readonly residual?: Tensor | undefined;
  /** What is applied at the end, entry by entry. */
  readonly activation?: ((x: Tensor) => Tensor) | undefined;
}

/** What a kernel can apply itself. */
const FUSED: ReadonlyMap<((x: Tensor) => Tensor) | undefined, string> = new Map([
  [undefined, 'none'],
  [relu, 'relu'],
  [gelu, 'gelu'],
  [geluTanh, 'geluTanh'],
  [silu, 'silu'],
]);

/**
 * An affine map of the last axis: x · weight + bias; with options activation(x · weight + bias + residual).
 *
 * @param x [..., in]
 * @param weight [in, out], or [out, in] with `transposeWeight`; no gradient flows to one that is encoded
 * @param bias [out]
 * @returns [..., out]
 * @throws ShapeError if x's last axis is not the weight's input size, the bias not of its output size, or the residual
 *   not of the output's shape
 */
export function linear(x: Tensor, weight: Tensor | EncodedMatrix, bias?: Tensor, options: LinearOptions = {}): Tensor {
  const transposeWeight = options.transposeWeight ?? false;
  const [inSize, outSize] = transposeWeight
    ? [weight.shape[1]!, weight.shape[0]!]
    : [weight.shape[0]!, weight.shape[1]!];
  if (x.shape[x.rank - 1] !== inSize) {
    throw new ShapeError(
      `linear: x is [${x.shape.join(', ')}], and its last axis must be ${inSize}, the weight's inputs.`,
      { value: x.shape },
    );
  }
  if (bias !== undefined && (bias.rank !== 1 || bias.size !== outSize)) {
    throw new ShapeError(
      `linear: the bias is [${bias.shape.join(', ')}], and must be [${outSize}], the weight's outputs.`,
      { value: bias.shape },
    );
  }
  const { residual, activation } = options;
  if (residual !== undefined) checkResidual(residual, [...x.shape.slice(0, -1), outSize]);
  // It was encoded for products along the other axis: right, only slower.
  if (weight instanceof EncodedMatrix && weight.outputAxis !== (transposeWeight ? 0 : 1)) {
    return tidy(() => linear(x, weight.decode(), bias, options));
  }
  const { name, tensors, attributes } = kernelFor(weight, transposeWeight);
  const fused = FUSED.get(activation);
  // Gradients go through the parts one by one; where nobody asks for them, a kernel does it all while it is in the cache.
  if (fused !== undefined && !engine().isTapeOn() && hasKernel(name)) {
    return runKernel(name, { x, ...tensors, bias, residual }, { ...attributes, activation: fused });
  }
  if (residual === undefined && activation === undefined) return affine(x, weight, bias, transposeWeight);
  return tidy(() => {
    const product = affine(x, weight, bias, transposeWeight);
    const sum = residual === undefined ? product : add(product, residual);
    return activation === undefined ? sum : activation(sum);
  });
}

function checkResidual({ shape }: Tensor, expected: readonly number[]): void {
  if (shape.join() === expected.join()) return;
  throw new ShapeError(
    `linear: the residual is [${shape.join(', ')}], and must be [${expected.join(', ')}], as the output.`,
    { value: shape },
  );
}

/** x · weight + bias, with its gradient. */
function affine(x: Tensor, weight: Tensor | EncodedMatrix, bias: Tensor | undefined, transposeWeight: boolean): Tensor {
  if (weight instanceof EncodedMatrix) return encodedAffine(x, weight, bias, transposeWeight);
  const attributes = { transposeWeight };
  return withGradient([x, weight, bias], {
    forward: () =>
      dispatch('SesameLinear', { x, weight, bias }, attributes, () => {
        const product = matrixProduct(toMatrix(x), weight as Tensor2D, false, transposeWeight);
        return reshape(bias === undefined ? product : add(product, bias), [...x.shape.slice(0, -1), product.shape[1]]);
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

/** The same for a weight that is encoded, which gets no gradient. */
function encodedAffine(x: Tensor, weight: EncodedMatrix, bias: Tensor | undefined, transposeWeight: boolean): Tensor {
  const { name, tensors, attributes } = kernelFor(weight, transposeWeight);
  return withGradient([x, bias], {
    forward: () =>
      dispatch(name, { x, ...tensors, bias }, attributes, () => affine(x, weight.decode(), bias, transposeWeight)),
    save: () => [],
    backward: (dy) => [
      affine(dy, weight.decode(), undefined, !transposeWeight),
      bias === undefined ? undefined : columnSums(dy),
    ],
  });
}

/** The kernel that multiplies by a weight, and what it takes besides x, bias and residual. */
function kernelFor(weight: Tensor | EncodedMatrix, transposeWeight: boolean) {
  return weight instanceof EncodedMatrix
    ? { name: weight.linearKernel, tensors: weight.tensors, attributes: weight.attributes }
    : { name: 'SesameLinear', tensors: { weight }, attributes: { transposeWeight } };
}
