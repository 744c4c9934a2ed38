import { cast, type DataType, slice, type Tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * The part of a padding mask that belongs to the tokens of this call.
 *
 * @param mask [batch, past + time]: 1 = a token, 0 = padding
 * @returns [batch, time] of the given type; the caller disposes it
 */
export function presentMask(mask: Tensor, time: number, dtype: DataType): Tensor {
  const [batch, total] = mask.shape as [number, number];
  return tidy(() => cast(slice(mask, [0, total - time], [batch, time]), dtype));
}
