// A heap that threads share, for tfjs's wasm backend. It is that of tfjs's binary for one thread with its memory declared
// shared. (tfjs's own build for threads does not start in Node, and its workers would be there beside ours.)
import { engine, type KernelBackend, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors/index.js';
import { readTfjsBinary, type WasmPaths } from './tfjsBinary.js';
import { hasSharedHeap } from './tfjsHeap.js';
import { warnOnce } from './warnOnce.js';
import { declareMemoryShared } from './wasmBinary.js';

const BACKEND = 'wasm';
/** WebAssembly's largest memory, in pages of 64 kB, which tfjs's says that it may grow to. */
const MOST_PAGES = 65536;

/** The URL of the binary with a shared memory: tfjs reads it again if the backend restarts. */
let sharedBinary: Promise<string> | undefined;

/**
 * Has tfjs's wasm backend start on a heap that threads share; if it has started on another one, it is started anew.
 *
 * @returns whether it will; if threads cannot be, a warning says why and what to do, and nothing changes
 * @throws BackendError if tensors would be lost with the heap that the backend started on
 */
export async function shareHeap(wasmPaths?: WasmPaths): Promise<boolean> {
  const started: KernelBackend | undefined = engine().registry[BACKEND];
  if (started !== undefined && hasSharedHeap(started)) return true;
  const obstacle = obstacleToThreads();
  if (obstacle !== undefined) return without(obstacle);
  if (started !== undefined) refuseTensors(started);
  try {
    sharedBinary ??= makeSharedBinary(wasmPaths);
    const url = await sharedBinary;
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    const names = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'];
    setWasmPaths(Object.fromEntries(names.map((name) => [name, url])), true);
  } catch (error) {
    sharedBinary = undefined;
    return without(error instanceof Error ? error.message : String(error));
  }
  if (started !== undefined) startAnew();
  return true;
}

function without(reason: string): false {
  warnOnce(`threads are not used, ${reason}`);
  return false;
}

/** Why threads cannot share memory here, with the remedy; undefined if they can. */
function obstacleToThreads(): string | undefined {
  if ((globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === false) {
    return (
      'because the page is not cross-origin isolated: serve it with the headers ' +
      'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp'
    );
  }
  if (typeof SharedArrayBuffer === 'undefined') return 'because there is no SharedArrayBuffer here';
  try {
    new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });
  } catch (error) {
    return `because the engine has no shared WebAssembly memory of 4 GB: ${String(error)}`;
  }
  return undefined;
}

function refuseTensors(backend: KernelBackend): void {
  const count = backend.numDataIds();
  if (count === 0) return;
  throw new BackendError(
    'selectBackend: the wasm backend has started on a heap that threads cannot share, and it holds tensors.\n' +
      "Call selectBackend('wasm', { threads }) before the first tensor is made.",
    { value: count },
  );
}

async function makeSharedBinary(wasmPaths: WasmPaths | undefined): Promise<string> {
  const binary = declareMemoryShared(await readTfjsBinary(wasmPaths));
  if (!WebAssembly.validate(binary)) throw new Error('because the engine does not take the binary with shared memory');
  const url = URL.createObjectURL(new Blob([binary], { type: 'application/wasm' }));
  // tfjs waits for ever for what it cannot fetch.
  await fetch(url).catch((cause: unknown) => {
    URL.revokeObjectURL(url);
    throw new Error('because blob: URLs cannot be fetched; a content security policy must allow connect-src blob:', {
      cause,
    });
  });
  return url;
}

/** Forgets the backend's instance; tfjs makes another one when it is selected. */
function startAnew(): void {
  const { factory, priority } = engine().registryFactory[BACKEND]!;
  removeBackend(BACKEND);
  registerBackend(BACKEND, factory, priority);
}
