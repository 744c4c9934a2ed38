// Where an op meets an accelerated kernel: kernels are looked up by name in tfjs's own registry, one table a backend.
import {
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** Numbers, lists of them, flags and names that a kernel takes besides its tensors. */
export type KernelAttributes = Readonly<Record<string, number | boolean | string | readonly number[]>>;

/** The tensors that a kernel takes, by name; an absent one is left out or undefined. */
export type KernelInputs = Readonly<Record<string, Tensor | undefined>>;

/**
 * Whether the current backend has an accelerated kernel of this name.
 *
 * @param name an op's kernel name, such as `SesameGelu`
 */
export function hasKernel(name: string): boolean {
  return getKernel(name, getBackend()) !== undefined;
}

/**
 * The result of the kernel registered under `name` for the current backend, else of the composed implementation.
 * A kernel honours the same contract as the composition it replaces: same shapes, same meaning, same gradients.
 */
export function dispatch(name: string, inputs: KernelInputs, attributes: KernelAttributes, composed: () => Tensor) {
  return hasKernel(name) ? runKernel<Tensor>(name, inputs, attributes) : composed();
}

/** As `dispatch`, for kernels with several outputs. */
export function dispatchAll(
  name: string,
  inputs: KernelInputs,
  attributes: KernelAttributes,
  composed: () => Tensor[],
): Tensor[] {
  // A kernel with one output may give it bare.
  if (!hasKernel(name)) return composed();
  const output = runKernel<Tensor | Tensor[]>(name, inputs, attributes);
  return Array.isArray(output) ? output : [output];
}

/** The outputs of the kernel registered under `name` for the current backend, which must have one. */
export function runKernel<Output extends Tensor | Tensor[]>(
  name: string,
  inputs: KernelInputs,
  attributes: KernelAttributes,
) {
  const present: NamedTensorMap = {};
  for (const [key, tensor] of Object.entries(inputs)) if (tensor !== undefined) present[key] = tensor;
  return engine().runKernel<Output>(name, present, { ...attributes } as NamedAttrMap);
}
