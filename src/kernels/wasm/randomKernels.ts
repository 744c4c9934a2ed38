import { hash32, hashEntry } from '../../ops/hash.js';
import { fillNormal, normalAtEdge, normalLayers } from '../../ops/normalNumbers.js';
import { defineKernel, type KernelDefinition, sizeOf } from './kernelDefinition.js';

/** Entries that are made at once, and the places of their list of edges: as in the assembly. */
const [BLOCK, LIST] = [4096, 257];
const BLOCKS_AT_ONCE = 32;

interface NormalAttributes {
  readonly shape: readonly number[];
  readonly standardDeviation: number;
  readonly seed: number;
}

/** Random numbers for new weights. */
export const randomKernels: readonly KernelDefinition[] = [
  defineKernel<object, NormalAttributes>('SesameNormal', (runtime, _, { shape, standardDeviation, seed }) => {
    const { heap } = runtime;
    const { width, inside } = normalLayers();
    const y = heap.makeTensor(shape);
    const count = sizeOf(y);
    const blocks = Math.ceil(count / BLOCK);
    const key = hash32(~seed);
    runtime.borrowDoubles(width.length + inside.length + Math.ceil((BLOCKS_AT_ONCE * LIST) / 2), (widths) => {
      const insides = widths + 8 * width.length;
      const lists = insides + 8 * inside.length;
      new Float64Array(heap.memory.buffer, widths, width.length).set(width);
      new Int32Array(heap.memory.buffer, insides, inside.length).set(inside);
      const ofY = heap.addressOf(y);
      const settings = [count, seed | 0, key | 0, standardDeviation, widths, insides, ofY, lists];
      const values = new Float32Array(heap.memory.buffer, ofY, count);
      const edges = new Uint32Array(heap.memory.buffer, lists, BLOCKS_AT_ONCE * LIST);
      // In parts, since an engine goes over to its optimized code at the next call only, and what lies at edges is drawn
      // while its surroundings are in the cache.
      for (let first = 0; first < blocks; first += BLOCKS_AT_ONCE) {
        const parts = Math.min(BLOCKS_AT_ONCE, blocks - first);
        runtime.run('normals', parts, [first, ...settings]);
        for (let list = 0; list < parts * LIST; list += LIST) {
          const found = edges[list]!;
          if (found >= LIST) {
            fillNormal(values, standardDeviation, seed); // never seen: a list that is full
            return;
          }
          for (let at = list + 1; at <= list + found; at++) {
            const entry = edges[at]!;
            values[entry] = standardDeviation * normalAtEdge(hashEntry(seed, key, entry));
          }
        }
      }
    });
    return y;
  }),
];
