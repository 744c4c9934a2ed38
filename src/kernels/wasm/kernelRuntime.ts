import type { KernelBackend } from '@tensorflow/tfjs-core';
import { itemsPerChunk } from './chunks.js';
import type { CompiledKernels, KernelExports, KernelName } from './kernelModule.js';
import { TfjsHeap } from './tfjsHeap.js';
import { ThreadPool } from './threadPool.js';

/** Memory that each thread may use while it works on a kernel's items, asked for or not. Bytes. */
const LEAST_SCRATCH = 2 ** 18;
/** Scratch of a thread beyond this is given back after use. Bytes. */
const KEPT_SCRATCH = 2 ** 25;
/** Threads' pieces of scratch begin at multiples of this: no two share a line of the cache. Bytes. */
const SCRATCH_UNIT = 256;

/** Runs the kernels on one backend's heap. */
export class KernelRuntime {
  /** Where the tensors are. */
  readonly heap: TfjsHeap;
  /** The kernels. */
  readonly exports: KernelExports;
  readonly #module: WebAssembly.Module;
  #scratch = { address: 0, bytes: 0 };
  #pool: ThreadPool | undefined;
  #wantedThreads = 1;

  /**
   * @param backend tfjs's wasm backend
   * @param kernels the compiled kernels
   */
  constructor(backend: KernelBackend, kernels: CompiledKernels) {
    this.heap = new TfjsHeap(backend);
    this.#module = kernels(this.heap.isForThreads);
    const instance = new WebAssembly.Instance(this.#module, { env: { memory: this.heap.memory } });
    this.exports = instance.exports as unknown as KernelExports; // what index.ts of the assembly exports
  }

  /** How many threads share a job. */
  get threads(): number {
    return this.#pool === undefined || this.#pool.stopped ? 1 : this.#pool.threads;
  }

  /**
   * Has jobs run on so many threads from now on; on one, if the heap is none that threads share.
   *
   * @throws BackendError if a thread does not start; jobs then run on one
   */
  async useThreads(threads: number): Promise<void> {
    this.#wantedThreads = threads;
    if (threads === this.threads) return;
    this.#stopThreads();
    if (threads === 1 || !this.heap.isForThreads) return;
    const { exports, heap } = this;
    const pool = await ThreadPool.start({ threads, module: this.#module, memory: heap.memory, exports });
    if (this.#wantedThreads === threads) {
      this.#stopThreads();
      this.#pool = pool;
    } else {
      pool.stop(); // another call came meanwhile
    }
  }

  /**
   * Runs a kernel over all items of a job: on all threads, if there are several and the job is worth it. The result is the
   * same, bit for bit.
   *
   * @param items how many there are
   * @param settings what the kernel takes after its items and its scratch
   * @param scratch bytes that each thread needs, if it is more than a little
   * @param leastPart items that one thread must do together
   */
  run(kernel: KernelName, items: number, settings: readonly number[], scratch = 0, leastPart = 1): void {
    if (items === 0) return;
    const pool = this.threads === 1 ? undefined : this.#pool;
    const part = pool === undefined ? items : Math.max(leastPart, itemsPerChunk(kernel, items, settings));
    if (pool === undefined || part >= items) {
      this.exports[kernel](0, items, this.#reserve(scratch), ...settings);
    } else {
      const scratchBytes = Math.ceil(Math.max(scratch, LEAST_SCRATCH) / SCRATCH_UNIT) * SCRATCH_UNIT;
      const address = this.#reserve(pool.threads * scratchBytes);
      pool.run({ kernel, items, itemsPerChunk: part, settings, scratch: address, scratchBytes });
    }
    if (this.#scratch.bytes > KEPT_SCRATCH * this.threads) this.#release();
  }

  /** Ends the threads and gives memory back. */
  dispose(): void {
    this.#wantedThreads = 1;
    this.#stopThreads();
    this.#release();
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

  /** As `borrow`, of room for doubles, at an address that they may have. */
  borrowDoubles<Result>(count: number, use: (address: number) => Result): Result {
    return this.borrow(8 * count + 8, (address) => use(Math.ceil(address / 8) * 8));
  }

  #stopThreads(): void {
    this.#pool?.stop();
    this.#pool = undefined;
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
