import { once } from 'node:events';

/** Characters that are written even while more are coming. */
const FULL = 65_536;

/**
 * Writes lines to a stream: those that come together go out together, those that come one by one go out one by one, and
 * none faster than the stream takes them.
 */
export class LineWriter {
  readonly #stream: NodeJS.WriteStream;
  #pending = '';
  #later: NodeJS.Immediate | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** @returns what to wait for before the next line; mostly nothing */
  write(line: string): Promise<unknown> | undefined {
    this.#pending += `${line}\n`;
    if (this.#pending.length >= FULL) this.#flush();
    // What was read at once is dealt with before the event loop turns.
    else this.#later ??= setImmediate(() => this.#flush());
    return this.#stream.writableNeedDrain ? once(this.#stream, 'drain') : undefined;
  }

  #flush(): void {
    clearImmediate(this.#later);
    this.#later = undefined;
    this.#stream.write(this.#pending);
    this.#pending = '';
  }
}
