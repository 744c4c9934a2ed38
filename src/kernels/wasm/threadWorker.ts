// What a thread of the pool runs, in a worker. scripts/buildThreadWorker.ts makes it one piece of text, so that a worker
// can be started from any bundle, without a file or a URL of its own.
import { type ChunkKernel, JobBoard } from './jobBoard.js';
import type { ThreadStart } from './thread.js';

interface NodeThreads {
  readonly workerData: ThreadStart;
  readonly parentPort: { postMessage(message: unknown): void };
}

const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
const node = process?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined;

if (node !== undefined) {
  serve(node.workerData, () => node.parentPort.postMessage(undefined));
} else {
  addEventListener('message', ({ data }: MessageEvent<ThreadStart>) => serve(data, () => postMessage(undefined)), {
    once: true,
  });
}

function serve({ board, module, memory, kernels, thread, patience }: ThreadStart, ready: () => void): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  ready();
  new JobBoard(board).serve(
    kernels.map((name) => exports[name] as ChunkKernel),
    thread,
    patience,
  );
}
