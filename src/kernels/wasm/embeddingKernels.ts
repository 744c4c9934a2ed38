import type { TensorInfo } from '@tensorflow/tfjs-core';
import { checkMatrix } from './checkInputs.js';
import { defineKernel, type KernelDefinition, type KernelTensors, sizeOf } from './kernelDefinition.js';
import type { KernelRuntime } from './kernelRuntime.js';

/** Columns that are added up at once: as in the assembly. */
const SCATTER_COLUMNS = 64;

/** Rows of a table by their numbers, and the gradient: rows added up by their numbers. */
export const embeddingKernels: readonly KernelDefinition[] = [
  defineKernel<KernelTensors<'table' | 'ids'>>('SesameEmbeddingLookup', (runtime, { table, ids }) => {
    const { heap } = runtime;
    checkMatrix('embeddingLookup: table', table);
    const [rows, size] = table.shape as [number, number];
    const y = heap.makeTensor([...ids.shape, size]);
    runtime.run('embeddingLookup', sizeOf(ids), [
      rows,
      size,
      ...[table, ids, y].map((tensor) => heap.addressOf(tensor)),
    ]);
    return y;
  }),
  defineKernel<KernelTensors<'dy' | 'ids'>, { readonly rows: number }>(
    'SesameEmbeddingLookupGrad',
    (runtime, { dy, ids }, { rows }) => addRowsByNumber(runtime, dy, ids, rows, [dy.shape[dy.shape.length - 1]!]),
  ),
];

/**
 * A new tensor of `rows` rows, zeros to which the rows of dy are added, each at its id.
 *
 * @param rowShape of one row
 */
export function addRowsByNumber(
  runtime: KernelRuntime,
  dy: TensorInfo,
  ids: TensorInfo,
  rows: number,
  rowShape: readonly number[],
): TensorInfo {
  const { heap } = runtime;
  const size = rowShape.reduce((product, length) => product * length, 1);
  const table = heap.makeZeros([rows, ...rowShape]);
  const addresses = [dy, ids, table].map((tensor) => heap.addressOf(tensor));
  runtime.run('scatterAdd', Math.ceil(size / SCATTER_COLUMNS), [sizeOf(ids), rows, size, ...addresses]);
  return table;
}
