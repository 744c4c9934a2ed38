import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { getBackend, matMul, ones } from '@tensorflow/tfjs-core';
import { selectBackend } from 'sesame-nlp/backends';
import { wasmThreads } from 'sesame-nlp/kernels/wasm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Answer } from './computingWorker.js';

const wasmPaths = {
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
};
const threads = crossOriginIsolated ? 2 : 1;

/** All numbers of a product that is worth sharing; each is 64. */
async function compute(): Promise<Set<number>> {
  const a = ones([512, 64]);
  return new Set(await matMul(a, a, false, true).data());
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe.runIf(getBackend() === 'wasm')('threads in a page', () => {
  test.runIf(crossOriginIsolated)('that is cross-origin isolated compute', async () => {
    const warn = vi.spyOn(console, 'warn');
    await selectBackend('wasm', { threads: 2, wasmPaths });
    expect(wasmThreads()).toBe(2);
    expect(await compute()).toEqual(new Set([64]));
    await selectBackend('wasm', { wasmPaths });
    expect(wasmThreads()).toBe(1);
    expect(await compute()).toEqual(new Set([64]));
    expect(warn).not.toHaveBeenCalled();
  });

  test.runIf(!crossOriginIsolated)('that is not: a warning says so, and one thread computes', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await selectBackend('wasm', { threads: 2, wasmPaths });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('Cross-Origin-Embedder-Policy: require-corp'));
    expect(wasmThreads()).toBe(1);
    expect(await compute()).toEqual(new Set([64]));
  });

  test.runIf(crossOriginIsolated)('whose policy forbids workers: a warning says what to allow', async () => {
    class ForbiddenWorker extends EventTarget {
      onerror: ((event: object) => void) | undefined;
      postMessage() {
        setTimeout(() => this.onerror?.(new Event('error')));
      }
      terminate() {}
    }
    vi.stubGlobal('Worker', ForbiddenWorker);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await selectBackend('wasm', { threads: 2, wasmPaths });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('must allow worker-src blob:'));
    expect(wasmThreads()).toBe(1);
    expect(await compute()).toEqual(new Set([64]));
  });
});

test(`a Web Worker computes on threads of its own: ${threads}`, async () => {
  const worker = new Worker(new URL('./computingWorker.ts', import.meta.url), { type: 'module' });
  try {
    const answer = new Promise<Answer>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    const absolute = Object.entries(wasmPaths).map(([name, url]) => [name, new URL(url, location.href).href]);
    worker.postMessage(Object.fromEntries(absolute));
    expect(await answer).toEqual({ threads, values: [64] });
  } finally {
    worker.terminate();
  }
});
