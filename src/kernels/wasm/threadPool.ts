import { BackendError } from '../../errors/index.js';
import { type ChunkKernel, type Job, JobBoard } from './jobBoard.js';
import { KERNELS, type KernelExports, type KernelName } from './kernelModule.js';
import { startThread, type Thread } from './thread.js';

/** How long a worker looks for the next job before it sleeps: longer than most pauses between two ops. Milliseconds. */
const SPIN = 0.3;
/** A worker that is this much later than the calling thread has died. Milliseconds. */
const PATIENCE = 60_000;

/** What a pool is made of. */
export interface ThreadPoolParts {
  /** How many threads, the calling one included. */
  readonly threads: number;
  /** The compiled kernels. */
  readonly module: WebAssembly.Module;
  /** The memory that they work in. */
  readonly memory: WebAssembly.Memory;
  /** The calling thread's instance of the kernels. */
  readonly exports: KernelExports;
}

/** A job by its kernel's name. */
export type NamedJob = Omit<Job, 'kernel'> & { readonly kernel: KernelName };

/** Threads that run kernels together: the calling thread, which hands out the jobs, and workers. */
export class ThreadPool {
  /** How many threads share a job. */
  readonly threads: number;
  readonly #board: JobBoard;
  readonly #workers: readonly Thread[];
  readonly #kernels: readonly ChunkKernel[];
  #stopped = false;

  private constructor(board: JobBoard, workers: readonly Thread[], exports: KernelExports) {
    this.threads = workers.length + 1;
    this.#board = board;
    this.#workers = workers;
    this.#kernels = KERNELS.map((name) => exports[name]);
  }

  /**
   * Starts the workers, and waits until all of them are ready.
   *
   * @throws BackendError if one does not start
   */
  static async start({ threads, module, memory, exports }: ThreadPoolParts): Promise<ThreadPool> {
    const board = new JobBoard();
    const common = { board: board.buffer, module, memory, kernels: KERNELS, patience: SPIN };
    const starts = Array.from({ length: threads - 1 }, (_, index) => startThread({ ...common, thread: index + 1 }));
    const settled = await Promise.allSettled(starts);
    const workers = settled.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    for (const start of settled) {
      if (start.status === 'fulfilled') continue;
      for (const worker of workers) worker.terminate();
      throw start.reason;
    }
    return new ThreadPool(board, workers, exports);
  }

  /** Whether the workers were ended. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /**
   * Runs a job on all threads, and returns when all of it is done.
   *
   * @throws BackendError if the kernel fails in a worker, or if a worker is lost
   */
  run({ kernel, ...job }: NamedJob): void {
    const board = this.#board;
    let workersLeft = false;
    board.open({ ...job, kernel: KERNELS.indexOf(kernel) });
    try {
      board.work(this.#kernels, 0);
    } finally {
      workersLeft = board.close(PATIENCE);
    }
    if (!workersLeft) {
      this.stop();
      throw new BackendError(
        `The kernel ${kernel} was lost with a thread that stopped answering; other threads were ended.\n` +
          "Select the backend again to go on: await selectBackend('wasm', { threads }).",
        { value: kernel },
      );
    }
    const { failure } = board;
    if (failure !== undefined) {
      throw new BackendError(`The kernel ${kernel} failed in a thread: ${failure}`, { value: kernel });
    }
  }

  /** Ends the workers. The pool runs no more jobs. */
  stop(): void {
    this.#stopped = true;
    for (const worker of this.#workers) worker.terminate();
  }
}
