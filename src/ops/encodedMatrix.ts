import type { Tensor } from '@tensorflow/tfjs-core';
import type { KernelAttributes } from './kernel.js';

/** What an encoded matrix stands for. */
export interface EncodedMatrixOptions {
  /** The shape of the tensor that it stands for. */
  readonly shape: readonly [number, number];
  /** The axis of that shape that counts outputs: 1 for the weight [in, out] of a linear map, 0 for a table [rows, size]. */
  readonly outputAxis: 0 | 1;
}

/**
 * A matrix of weights in another form than a tensor of floats: one that is multiplied faster, or takes less memory. Ops
 * take it where they take a weight; no gradient flows to it. `PackedMatrix` and `Int8Matrix` are two forms, and a third
 * needs no change of the ops.
 *
 * It owns its tensors until `dispose`.
 */
export abstract class EncodedMatrix {
  /** What the form is called. */
  abstract readonly encoding: string;
  /**
   * The name of the kernel that multiplies by it, which takes `x`, `tensors`, and perhaps `bias` and `residual`, with
   * `attributes` and `activation`. Where a backend has none of that name, `decode` is multiplied by.
   */
  abstract readonly linearKernel: string;
  /** The shape of the tensor that it stands for. */
  readonly shape: readonly [number, number];
  /** The axis of `shape` that counts outputs: it is stored output by output, whichever axis that is. */
  readonly outputAxis: 0 | 1;

  constructor({ shape, outputAxis }: EncodedMatrixOptions) {
    this.shape = shape;
    this.outputAxis = outputAxis;
  }

  /** How many outputs it has. */
  get outputs(): number {
    return this.shape[this.outputAxis];
  }

  /** How many inputs each output is a weighted sum of. */
  get inputs(): number {
    return this.shape[1 - this.outputAxis]!;
  }

  /** What it is stored as, by the names that its kernels know. */
  abstract get tensors(): Readonly<Record<string, Tensor>>;

  /** What its kernels know of it besides its tensors. */
  get attributes(): KernelAttributes {
    return { outputs: this.outputs };
  }

  /** The memory that it takes. */
  get bytes(): number {
    return Object.values(this.tensors).reduce((sum, { size, dtype }) => sum + size * (dtype === 'bool' ? 1 : 4), 0);
  }

  /**
   * The weights of some outputs: rows of a table.
   *
   * @param ids any shape, int32, each in 0..outputs-1
   * @returns [...ids.shape, inputs]; the caller disposes it
   */
  abstract lookUp(ids: Tensor): Tensor;

  /** The matrix as a tensor of `shape`; the caller disposes it. */
  abstract decode(): Tensor;

  /** Frees its tensors. */
  dispose(): void {
    for (const tensor of Object.values(this.tensors)) tensor.dispose();
  }
}
