import { defineKernel, type KernelDefinition, type KernelTensors, sizeOf } from './kernelDefinition.js';

/** Dropout, whose gradient is dropout with the same mask. */
export const dropoutKernels: readonly KernelDefinition[] = [
  defineKernel<KernelTensors<'x'>, { readonly rate: number; readonly seed: number }>(
    'SesameDropout',
    (runtime, { x }, { rate, seed }) => {
      const { heap } = runtime;
      const y = heap.makeTensor(x.shape);
      const addresses = [heap.addressOf(x), heap.addressOf(y)];
      runtime.run('dropout', sizeOf(x), [seed, Math.ceil(rate * 2 ** 32), 1 / (1 - rate), ...addresses]);
      return y;
    },
  ),
];
