import type { TensorInfo } from '@tensorflow/tfjs-core';
import { defineKernel, type KernelDefinition, type KernelTensors, sizeOf } from './kernelDefinition.js';
import type { KernelRuntime } from './kernelRuntime.js';
import { ACTIVATIONS } from './product.js';

/** Functions of each entry by itself, by their numbers in the assembly. */
const FUNCTIONS = { ...ACTIVATIONS, tanh: 5, erf: 6, sigmoid: 7, exp: 8 } as const;

const OPS = { SesameGelu: 'gelu', SesameGeluTanh: 'geluTanh', SesameRelu: 'relu', SesameSilu: 'silu' } as const;

/** gelu, geluTanh, relu and silu, and their gradients. */
export const activationKernels: readonly KernelDefinition[] = Object.entries(OPS).flatMap(([name, kind]) => [
  defineKernel<KernelTensors<'x'>>(name, (runtime, { x }) => applyFunction(runtime, kind, x)),
  defineKernel<KernelTensors<'dy' | 'x'>>(`${name}Grad`, (runtime, { dy, x }) => {
    const { heap } = runtime;
    const dx = heap.makeTensor(x.shape);
    const addresses = [dy, x, dx].map((tensor) => heap.addressOf(tensor));
    runtime.run('activationGrad', sizeOf(x), [FUNCTIONS[kind], ...addresses]);
    return dx;
  }),
]);

/** A new tensor of f(x). */
export function applyFunction(runtime: KernelRuntime, kind: keyof typeof FUNCTIONS, x: TensorInfo): TensorInfo {
  const { heap } = runtime;
  const y = heap.makeTensor(x.shape);
  runtime.run('activation', sizeOf(x), [FUNCTIONS[kind], heap.addressOf(x), heap.addressOf(y)]);
  return y;
}
