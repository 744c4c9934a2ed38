// Checks that several ops share, so that a wrong size is a sentence and not a broadcast that happens to work.
import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors/index.js';

/**
 * Checks a tensor that holds one number for each entry of the last axis of `x`.
 *
 * @param what who asks, and for which tensor: 'layerNorm: weight'
 * @throws ShapeError if it is not [size]
 */
export function checkPerEntry(what: string, tensor: Tensor, x: Tensor): void {
  const size = x.shape[x.rank - 1];
  if (tensor.rank === 1 && tensor.shape[0] === size) return;
  throw new ShapeError(
    `${what} is [${tensor.shape.join(', ')}], and x is [${x.shape.join(', ')}].\n` +
      `It must be [${size}], one number for each entry of the last axis of x.`,
    { value: tensor.shape },
  );
}

/**
 * Checks a tensor of whole numbers.
 *
 * @throws ShapeError if it is not int32
 */
export function checkInt32(what: string, tensor: Tensor): void {
  if (tensor.dtype === 'int32') return;
  throw new ShapeError(
    `${what} must be int32, and is ${tensor.dtype}.\nMake it with tensor(values, shape, 'int32'), or cast it.`,
    { value: tensor.dtype },
  );
}
