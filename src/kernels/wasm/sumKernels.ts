import { defineKernel, type KernelDefinition, type KernelTensors, rowsOf, sizeOf } from './kernelDefinition.js';
import type { KernelRuntime } from './kernelRuntime.js';

/** Columns that are summed at once, and entries whose squares are: as in the assembly. */
export const SUM_COLUMNS = 16;
const SQUARES_BLOCK = 4096;

/** The sums of columns and of squares. */
export const sumKernels: readonly KernelDefinition[] = [
  defineKernel<KernelTensors<'x'>>('SesameColumnSums', (runtime, { x }) => {
    const { heap } = runtime;
    const { rows, size } = rowsOf(x);
    const y = heap.makeTensor([size]);
    const addresses = [heap.addressOf(x), heap.addressOf(y)];
    runtime.run('columnSums', Math.ceil(size / SUM_COLUMNS), [rows, size, ...addresses]);
    return y;
  }),
  defineKernel<KernelTensors<'x'>>('SesameSumOfSquares', (runtime, { x }) => {
    const { heap } = runtime;
    const y = heap.makeTensor([]);
    new Float32Array(heap.memory.buffer, heap.addressOf(y), 1)[0] = sumOfSquares(runtime, heap.addressOf(x), sizeOf(x));
    return y;
  }),
];

/** The sum of the squares of `count` floats on the heap, in double precision. */
export function sumOfSquares(runtime: KernelRuntime, x: number, count: number): number {
  const blocks = Math.ceil(count / SQUARES_BLOCK);
  return runtime.borrowDoubles(blocks, (sums) => {
    runtime.run('sumsOfSquares', blocks, [count, x, sums]);
    return new Float64Array(runtime.heap.memory.buffer, sums, blocks).reduce((sum, part) => sum + part, 0);
  });
}
