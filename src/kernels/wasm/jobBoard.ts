// How threads share out a job. The job is written on a board that all of them see, and cut into chunks of items; each
// thread takes the next chunk until none is left. What a chunk computes does not depend on who takes it, so neither does
// the result.

/** A kernel, called with `begin`, `end`, `scratch`, and its settings. */
export type ChunkKernel = (...settings: number[]) => void;

/** Work that threads share. */
export interface Job {
  /** The kernel's place in the list that every thread has. */
  readonly kernel: number;
  readonly items: number;
  readonly itemsPerChunk: number;
  /** Thread t may use the `scratchBytes` bytes from scratch + t · scratchBytes on. */
  readonly scratch: number;
  readonly scratchBytes: number;
  /** What the kernel takes after its items and its scratch. */
  readonly settings: readonly number[];
}

// Words that several threads write have a cache line for themselves.
/** Counts up when a job is opened, and again when it is closed: odd while it is open. */
const STATE = 0;
/** The chunk that is taken next. */
const NEXT_CHUNK = 32;
/** How many workers are in the job; what the board says of it stays as it is as long as there are any. */
const INSIDE = 64;
/** How many workers sleep and must be woken, and whether the thread that opens the jobs does. */
const SLEEPING = 96;
const OPENER_SLEEPS = 97;
// What is written before a job is opened.
const KERNEL = 128;
const ITEMS = 129;
const ITEMS_PER_CHUNK = 130;
const SETTINGS = 131;
/** Bytes of the message of a kernel that failed in a worker; 0 = none did. */
const FAILURE = 132;
const WORDS = 160;

/** How long the thread that opened a job looks whether the others are done, before it sleeps. Milliseconds. */
const LONGEST_SPIN = 1;

const MOST_SETTINGS = 62;
const MOST_FAILURE_BYTES = 512;

/** The board: words in memory that threads share, which is not the memory that the kernels work in. */
export class JobBoard {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;
  /** The scratch's address and bytes, then the settings. */
  readonly #numbers: Float64Array<SharedArrayBuffer>;
  readonly #failure: Uint8Array<SharedArrayBuffer>;

  /** @param buffer of the board that another thread made; without one a new board is made */
  constructor(buffer?: SharedArrayBuffer) {
    const numbers = 4 * WORDS;
    const failure = numbers + 8 * (2 + MOST_SETTINGS);
    this.buffer = buffer ?? new SharedArrayBuffer(failure + MOST_FAILURE_BYTES);
    this.#words = new Int32Array(this.buffer, 0, WORDS);
    this.#numbers = new Float64Array(this.buffer, numbers, 2 + MOST_SETTINGS);
    this.#failure = new Uint8Array(this.buffer, failure, MOST_FAILURE_BYTES);
  }

  /** Writes a job on the board, on which there must be none, and opens it to the workers. */
  open({ kernel, items, itemsPerChunk, scratch, scratchBytes, settings }: Job): void {
    const words = this.#words;
    words[KERNEL] = kernel;
    words[ITEMS] = items;
    words[ITEMS_PER_CHUNK] = itemsPerChunk;
    words[SETTINGS] = settings.length;
    words[FAILURE] = 0;
    this.#numbers[0] = scratch;
    this.#numbers[1] = scratchBytes;
    for (let index = 0; index < settings.length; index++) this.#numbers[2 + index] = settings[index]!;
    Atomics.store(words, NEXT_CHUNK, 0);
    Atomics.add(words, STATE, 1);
    if (Atomics.load(words, SLEEPING) > 0) Atomics.notify(words, STATE, Math.ceil(items / itemsPerChunk) - 1);
  }

  /** Takes chunks and computes them until none is left. */
  work(kernels: readonly ChunkKernel[], thread: number): void {
    const words = this.#words;
    const kernel = kernels[words[KERNEL]!]!;
    const items = words[ITEMS]!;
    const size = words[ITEMS_PER_CHUNK]!;
    const scratch = this.#numbers[0]! + thread * this.#numbers[1]!;
    const call = [0, 0, scratch];
    for (let index = 0; index < words[SETTINGS]!; index++) call.push(this.#numbers[2 + index]!);
    for (;;) {
      const begin = Atomics.add(words, NEXT_CHUNK, 1) * size;
      if (begin >= items) return;
      call[0] = begin;
      call[1] = Math.min(begin + size, items);
      kernel(...call);
    }
  }

  /**
   * Closes the job to workers that come late, and waits until those inside have left.
   *
   * @param patience milliseconds
   * @returns false if one was still inside when patience ran out
   */
  close(patience: number): boolean {
    const words = this.#words;
    Atomics.add(words, STATE, 1);
    const start = performance.now();
    let waited = 0;
    while (spinWhile(() => Atomics.load(words, INSIDE) > 0)) {
      waited = performance.now() - start;
      if (waited > patience) return false;
      if (waited > LONGEST_SPIN) this.#sleepUntilLeft(patience - waited);
    }
    return true;
  }

  /** Where a thread that opens jobs may sleep: not in a page. Other threads may need its core. */
  #sleepUntilLeft(patience: number): void {
    const words = this.#words;
    Atomics.store(words, OPENER_SLEEPS, 1);
    const inside = Atomics.load(words, INSIDE);
    if (inside > 0) sleepWhileEqual(words, INSIDE, inside, patience);
    Atomics.store(words, OPENER_SLEEPS, 0);
  }

  /** Why a kernel failed in a worker during the last job, if one did. */
  get failure(): string | undefined {
    const length = this.#words[FAILURE]!;
    return length === 0 ? undefined : new TextDecoder().decode(this.#failure.slice(0, length));
  }

  /**
   * A worker's life: it waits for jobs and does its share. It looks for the next job for a while, because that often comes
   * soon, and then sleeps.
   *
   * @param patience how long it looks before it sleeps, in milliseconds
   */
  serve(kernels: readonly ChunkKernel[], thread: number, patience: number): never {
    const words = this.#words;
    for (let seen = 0; ; ) {
      const state = this.#nextState(seen, patience);
      seen = state;
      if (state % 2 === 0) continue;
      this.enter();
      // Until this worker was inside, the job could be closed and another one written.
      if (Atomics.load(words, STATE) === state) this.#workInside(kernels, thread);
      this.#leave();
    }
  }

  /** Goes into a job as a worker: from now on, whoever closes it waits. */
  enter(): void {
    Atomics.add(this.#words, INSIDE, 1);
  }

  #leave(): void {
    const words = this.#words;
    Atomics.sub(words, INSIDE, 1);
    if (Atomics.load(words, OPENER_SLEEPS) === 1) Atomics.notify(words, INSIDE);
  }

  #workInside(kernels: readonly ChunkKernel[], thread: number): void {
    try {
      this.work(kernels, thread);
    } catch (error) {
      const text = new TextEncoder().encode(String(error)).subarray(0, MOST_FAILURE_BYTES);
      const isFirst = Atomics.compareExchange(this.#words, FAILURE, 0, text.length) === 0;
      if (isFirst) this.#failure.set(text);
    }
  }

  /** Waits until the state is no more the one that was seen. */
  #nextState(seen: number, patience: number): number {
    const words = this.#words;
    const start = performance.now();
    while (spinWhile(() => Atomics.load(words, STATE) === seen)) {
      if (performance.now() - start < patience) continue;
      // The count of sleepers comes first: whoever opens a job sees it, or else `wait` sees the job.
      Atomics.add(words, SLEEPING, 1);
      Atomics.wait(words, STATE, seen);
      Atomics.sub(words, SLEEPING, 1);
    }
    return Atomics.load(words, STATE);
  }
}

/** Looks again and again, for some microseconds, whether a condition still holds; returns whether it does. */
function spinWhile(holds: () => boolean): boolean {
  for (let turn = 0; turn < 1000; turn++) {
    if (!holds()) return false;
    pause();
  }
  return true;
}

/** Tells the processor that this is a loop that waits, where the engine has a way to. */
const { pause = () => {} } = Atomics as { readonly pause?: () => void };

/** As Atomics.wait, in a thread that is allowed to wait; a page's main thread is not, and goes on at once. */
function sleepWhileEqual(words: Int32Array<SharedArrayBuffer>, index: number, value: number, limit: number): void {
  try {
    Atomics.wait(words, index, value, limit);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
