import type { KernelBackend } from '@tensorflow/tfjs-core';
import type { CompiledKernels } from './kernelModule.js';
import { KernelRuntime } from './kernelRuntime.js';

/** The runtime of each wasm backend. There is one backend at a time, and another one if it is removed and made anew. */
export class KernelRuntimes {
  readonly #kernels: CompiledKernels;
  readonly #runtimes = new WeakMap<KernelBackend, KernelRuntime>();

  constructor(kernels: CompiledKernels) {
    this.#kernels = kernels;
  }

  /** The backend's runtime, which is made for the first call. */
  of(backend: KernelBackend): KernelRuntime {
    let runtime = this.#runtimes.get(backend);
    if (runtime === undefined) {
      runtime = new KernelRuntime(backend, this.#kernels);
      this.#runtimes.set(backend, runtime);
      runtime.heap.onDispose(() => {
        this.#runtimes.get(backend)!.dispose();
        this.#runtimes.delete(backend);
      });
    }
    return runtime;
  }
}
