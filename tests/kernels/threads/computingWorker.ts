// Runs in a Web Worker: starts threads of its own, computes on them, and posts what came out.
import { matMul, ones } from '@tensorflow/tfjs-core';
import { selectBackend } from 'sesame-nlp/backends';
import { wasmThreads } from 'sesame-nlp/kernels/wasm';

/** What the worker answers. */
export interface Answer {
  readonly threads: number;
  /** The different numbers of a product. */
  readonly values: readonly number[];
}

addEventListener('message', async ({ data: wasmPaths }: MessageEvent<Record<string, string>>) => {
  await selectBackend('wasm', { threads: 2, wasmPaths });
  const a = ones([512, 64]);
  const values = [...new Set(await matMul(a, a, false, true).data())];
  postMessage({ threads: wasmThreads(), values } satisfies Answer);
});
