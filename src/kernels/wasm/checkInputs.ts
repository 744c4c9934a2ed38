// What the composed ops refuse by themselves, and a kernel would read beyond a tensor for.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { ShapeError } from '../../errors/index.js';

/** @throws ShapeError if the tensor has not two axes */
export function checkMatrix(name: string, { shape }: TensorInfo): void {
  if (shape.length === 2) return;
  throw new ShapeError(`${name} is [${shape.join(', ')}], and must have two axes.`, { value: shape });
}

/** @throws ShapeError if the tensor does not broadcast to a shape: each axis, counted from the last, is as long or 1 */
export function checkBroadcast(name: string, { shape }: TensorInfo, to: readonly number[]): void {
  const lead = to.length - shape.length;
  if (lead >= 0 && shape.every((length, axis) => length === 1 || length === to[lead + axis])) return;
  throw new ShapeError(`${name} is [${shape.join(', ')}], and must broadcast to [${to.join(', ')}].`, { value: shape });
}

/** @throws ShapeError if the tensor is not of a shape */
export function checkShape(name: string, { shape }: TensorInfo, expected: readonly number[]): void {
  if (shape.join() === expected.join()) return;
  throw new ShapeError(`${name} is [${shape.join(', ')}], and must be [${expected.join(', ')}].`, { value: shape });
}
