import { BackendError } from '../../errors/index.js';
import { source } from '../../generated/threadWorker.js';
import { warnOnce } from './warnOnce.js';

/** What a thread must know. */
export interface ThreadStart {
  /** The buffer of the JobBoard. */
  readonly board: SharedArrayBuffer;
  /** The compiled kernels, and the memory that they work in. */
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The names of the kernels, in the order of the numbers that jobs have. */
  readonly kernels: readonly string[];
  /** Its number; 0 is the thread that opens the jobs. */
  readonly thread: number;
  /** How long it looks for the next job before it sleeps, in milliseconds. */
  readonly patience: number;
}

/** A thread of the pool. */
export interface Thread {
  /** Ends it, whatever it does. */
  terminate(): void;
}

/** A worker should say that it is ready within this time. Milliseconds. */
const START_LIMIT = 20_000;

/** The part of a Node worker that is used here. */
interface NodeWorker {
  on(event: string, listener: (value: unknown) => void): void;
  removeAllListeners(): void;
  unref(): void;
  terminate(): Promise<number>;
}

type NodeWorkerClass = new (
  code: string,
  options: { eval: true; workerData: ThreadStart; execArgv: string[]; name: string },
) => NodeWorker;

const NAME = 'sesame-nlp kernels';

/**
 * Starts a thread, and waits until it is ready for jobs. In Node it does not keep the process from ending. If it ends later
 * without being told to, a warning says so, and the others do its share.
 *
 * @throws BackendError if it does not start, saying why
 */
export async function startThread(start: ThreadStart): Promise<Thread> {
  const Worker = nodeWorkerClass();
  return Worker === undefined ? startInBrowser(start) : startInNode(Worker, start);
}

function startInNode(Worker: NodeWorkerClass, start: ThreadStart): Promise<Thread> {
  return ready((resolve, reject) => {
    // Options of the process, such as those of a loader for TypeScript, are not for this worker.
    const worker = new Worker(source, { eval: true, workerData: start, execArgv: [], name: NAME });
    const thread = {
      terminate: () => {
        worker.removeAllListeners();
        void worker.terminate();
      },
    };
    worker.on('message', () => resolve(thread));
    worker.on('error', reject);
    worker.on('exit', (code) => reject(`it ended with code ${String(code)}`));
    worker.unref(); // after the listeners, which hold it
    return thread;
  });
}

function startInBrowser(start: ThreadStart): Promise<Thread> {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  return ready((resolve, reject) => {
    const worker = new Worker(url, { name: NAME });
    const thread = { terminate: () => worker.terminate() };
    worker.onmessage = () => resolve(thread);
    worker.onerror = (event) =>
      reject(event.message || 'its script was refused; a content security policy must allow worker-src blob:');
    worker.postMessage(start);
    return thread;
  }).finally(() => URL.revokeObjectURL(url));
}

/** Waits for what `start` calls first, or for the time limit; a thread that is not ready by then is ended. */
async function ready(
  start: (resolve: (thread: Thread) => void, reject: (reason: unknown) => void) => Thread,
): Promise<Thread> {
  let begun: Thread | undefined;
  let clock: ReturnType<typeof setTimeout> | undefined;
  let isReady = false;
  try {
    return await new Promise<Thread>((resolve, reject) => {
      clock = setTimeout(() => reject(`it was not ready after ${START_LIMIT / 1000} seconds`), START_LIMIT);
      begun = start(
        (thread) => {
          isReady = true;
          resolve(thread);
        },
        (reason) => {
          if (isReady) warnOnce(`a thread ended, and the others do its share: ${messageOf(reason)}`);
          else reject(reason);
        },
      );
    });
  } catch (cause) {
    begun?.terminate();
    throw new BackendError(`a worker did not start: ${messageOf(cause)}`, { cause });
  } finally {
    clearTimeout(clock);
  }
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

function nodeWorkerClass(): NodeWorkerClass | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const threads = process?.getBuiltinModule?.('node:worker_threads') as { Worker: NodeWorkerClass } | undefined;
  return threads?.Worker;
}
