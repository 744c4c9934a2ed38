import type { KernelBackend } from '@tensorflow/tfjs-core';
import type { KernelExports, KernelName } from './kernelModule.js';
import { TfjsHeap } from './tfjsHeap.js';

/** Memory that a thread may use while it works on a kernel's items. Bytes. */
const LEAST_SCRATCH = 2 ** 18;
/** Scratch beyond this is given back after use. Bytes. */
const KEPT_SCRATCH = 2 ** 25;

/** Runs the kernels on one backend's heap. */
export class KernelRuntime {
  /** Where the tensors are. */
  readonly heap: TfjsHeap;
  /** The kernels. */
  readonly exports: KernelExports;
  #scratch = { address: 0, bytes: 0 };

  /**
   * @param backend tfjs's wasm backend
   * @param module the compiled kernels
   */
  constructor(backend: KernelBackend, module: WebAssembly.Module) {
    this.heap = new TfjsHeap(backend);
    const instance = new WebAssembly.Instance(module, { env: { memory: this.heap.memory } });
    this.exports = instance.exports as unknown as KernelExports; // what index.ts of the assembly exports
  }

  /** How many threads share a job. */
  get threads(): number {
    return 1;
  }

  /**
   * Runs a kernel over all items of a job.
   *
   * @param items how many there are
   * @param settings what the kernel takes after its items and its scratch
   * @param scratch bytes that each thread needs
   */
  run(kernel: KernelName, items: number, settings: readonly number[], scratch = 0, _leastPart = 1): void {
    if (items === 0) return;
    this.exports[kernel](0, items, this.#reserve(scratch), ...settings);
    if (this.#scratch.bytes > KEPT_SCRATCH) this.#release();
  }

  /** As `heap.allocate`, for the time of a function. */
  borrow<Result>(bytes: number, use: (address: number) => Result): Result {
    const address = this.heap.allocate(bytes);
    try {
      return use(address);
    } finally {
      this.heap.free(address);
    }
  }

  #reserve(bytes: number): number {
    if (this.#scratch.bytes < bytes || this.#scratch.bytes === 0) {
      this.#release();
      const size = Math.max(bytes, LEAST_SCRATCH);
      this.#scratch = { address: this.heap.allocate(size), bytes: size };
    }
    return this.#scratch.address;
  }

  #release(): void {
    if (this.#scratch.bytes > 0) this.heap.free(this.#scratch.address);
    this.#scratch = { address: 0, bytes: 0 };
  }
}
