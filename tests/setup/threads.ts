import 'sesame-nlp/gradients';
import { availableParallelism } from 'node:os';
import { selectBackend } from 'sesame-nlp/backends';
import { vi } from 'vitest';

// Most tests' tensors are too small to be worth sharing out. Here every job is, in parts of any size.
vi.doMock('../../src/kernels/wasm/chunks.js', () => ({
  itemsPerChunk: (_kernel: string, items: number) => Math.ceil(items / 5),
}));
await selectBackend('wasm', { threads: 2 });
const { wasmThreads } = await import('sesame-nlp/kernels/wasm');
if (wasmThreads() !== Math.min(2, availableParallelism())) throw new Error(`there are ${wasmThreads()} threads`);
