/** Work is cut into pieces of at most this long where it can be, in milliseconds: a frame at 60 Hz. */
const FRAME = 16;

/**
 * Lets other work of the thread run during a long computation: timers, input, painting. Awaiting a promise that is
 * already settled does not, and neither does reading a tensor of the cpu or wasm backend.
 */
export class EventLoop {
  readonly #signal: AbortSignal | undefined;
  #frameEnds = performance.now() + FRAME;

  /** @param signal whose reason `turn` throws once it is aborted */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Gives the thread away if it was held for a frame. Call it often: it costs next to nothing until then. */
  turn(): Promise<void> | undefined {
    return performance.now() < this.#frameEnds ? undefined : this.#pause();
  }

  async #pause(): Promise<void> {
    await nextTask();
    this.#frameEnds = performance.now() + FRAME;
    this.#signal?.throwIfAborted();
  }
}

/** Resolves in a task of its own. `setTimeout` would wait 4 ms in a page. */
function nextTask(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (task: () => void) => unknown }; // Node's
  if (setImmediate !== undefined) return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
