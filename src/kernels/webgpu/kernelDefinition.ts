import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { WebgpuBackend } from './tfjsProgram.js';

/** The backend that the kernels are for. */
export const BACKEND = 'webgpu';

/** Tensors that go into a kernel, by name. One that an op leaves out is not there. */
export type KernelTensors<Name extends string> = { readonly [name in Name]: TensorInfo };

/**
 * A kernel in the form that tfjs registers. Types its inputs and attributes as its op passes them; that the op does so is
 * what the dispatch tests check, and that the backend has what it takes `registerWebgpuKernels`.
 */
export function defineKernel<Inputs, Attributes = object>(
  kernelName: string,
  compute: (backend: WebgpuBackend, inputs: Inputs, attributes: Attributes) => TensorInfo | TensorInfo[],
): KernelConfig {
  return {
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs, backend }) =>
      compute(backend as WebgpuBackend, inputs as unknown as Inputs, attrs as unknown as Attributes),
  };
}
