import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelRuntime } from './kernelRuntime.js';

/** Tensors that go into a kernel, by name. One that an op leaves out is not there. */
export type KernelTensors<Name extends string> = { readonly [name in Name]: TensorInfo };

/** A kernel of ours: what it is called in tfjs's registry, and what it does on the heap. */
export interface KernelDefinition {
  /** The op's kernel name, such as `SesameGelu`, or one of tfjs's own. */
  readonly name: string;
  /** Computes the outputs. Inputs are borrowed. */
  readonly compute: (
    runtime: KernelRuntime,
    inputs: NamedTensorInfoMap,
    attributes: NamedAttrMap,
  ) => TensorInfo | TensorInfo[];
}

/** Types a kernel's inputs and attributes as its op passes them; that the op does so is what the dispatch tests check. */
export function defineKernel<Inputs, Attributes = object>(
  name: string,
  compute: (runtime: KernelRuntime, inputs: Inputs, attributes: Attributes) => TensorInfo | TensorInfo[],
): KernelDefinition {
  return {
    name,
    compute: (runtime, inputs, attributes) =>
      compute(runtime, inputs as unknown as Inputs, attributes as unknown as Attributes),
  };
}

/** How many numbers a tensor has. */
export function sizeOf({ shape }: TensorInfo): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A tensor as rows of its last axis: how many, and how long. */
export function rowsOf(tensor: TensorInfo): { readonly rows: number; readonly size: number } {
  const size = tensor.shape[tensor.shape.length - 1] ?? 1;
  return { rows: size === 0 ? 0 : sizeOf(tensor) / size, size };
}
