// The tiles that a product is cut into depend on the number of threads. What comes out does not.
import { backend } from '@tensorflow/tfjs-core';
import { RandomStream } from 'sesame-nlp/nn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileKernels } from '../../../src/kernels/wasm/kernelModule.js';
import { KernelRuntime } from '../../../src/kernels/wasm/kernelRuntime.js';
import { matrixAt, multiply } from '../../../src/kernels/wasm/product.js';

let alone: KernelRuntime;
let together: KernelRuntime;

beforeAll(async () => {
  const kernels = await compileKernels(true);
  [alone, together] = [new KernelRuntime(backend(), kernels), new KernelRuntime(backend(), kernels)];
  await together.useThreads(3);
});
afterAll(() => {
  alone.dispose();
  together.dispose();
});

test.each([
  { batch: 1, rows: 1, columns: 1999, depth: 301 },
  { batch: 1, rows: 3, columns: 1037, depth: 517 },
  { batch: 1, rows: 5, columns: 517, depth: 517 },
  { batch: 1, rows: 119, columns: 95, depth: 300 },
  { batch: 1, rows: 361, columns: 213, depth: 97 },
  { batch: 5, rows: 123, columns: 65, depth: 61 },
])('a product of $batch times $rows x $columns x $depth, transposed or not', ({ batch, rows, columns, depth }) => {
  const { heap } = alone;
  const random = new RandomStream(rows);
  const sizes = { a: batch * rows * depth, b: batch * depth * columns, c: batch * rows * columns, bias: columns };
  const size = sizes.a + sizes.b + sizes.c + sizes.bias;
  alone.borrow(4 * size, (room) => {
    new Float32Array(heap.memory.buffer, room, size).set(
      Float32Array.from({ length: size }, () => random.nextNormal()),
    );
    const [b, c, bias] = [room + 4 * sizes.a, room + 4 * (sizes.a + sizes.b), room + 4 * (size - columns)];
    for (const [transposeA, transposeB] of [
      [false, false],
      [false, true],
      [true, false],
    ] as const) {
      const [one, many] = [alone, together].map((runtime) => {
        multiply(runtime, {
          ...{ batch, rows, columns, depth, c, bias, activation: 'gelu' },
          a: matrixAt(room, transposeA ? rows : depth, transposeA, batch === 1 ? 0 : 4 * rows * depth),
          b: matrixAt(b, transposeB ? depth : columns, transposeB, batch === 1 ? 0 : 4 * depth * columns),
        });
        return new Uint8Array(heap.memory.buffer, c, 4 * sizes.c).slice();
      });
      expect(Buffer.compare(one!, many!)).toBe(0);
    }
  });
});
