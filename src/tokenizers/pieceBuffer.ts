import type { Pieces } from './pipeline.js';

const STRIDE = 3; // id, start, end
/** A buffer that grew beyond this many entries for a long text is given back after it. */
const MAX_KEPT = 2 ** 16;

/** The pieces of a text in the making, in one typed array: an object or three pushes a piece would take as long as the rest. */
export class PieceBuffer {
  /** How many pieces there are. */
  length = 0;
  #entries = new Int32Array(STRIDE * 2 ** 8);

  push(id: number, start: number, end: number): void {
    const at = STRIDE * this.length++;
    if (at === this.#entries.length) this.#grow();
    const entries = this.#entries;
    entries[at] = id;
    entries[at + 1] = start;
    entries[at + 2] = end;
  }

  id(index: number): number {
    return this.#entries[STRIDE * index]!;
  }

  start(index: number): number {
    return this.#entries[STRIDE * index + 1]!;
  }

  end(index: number): number {
    return this.#entries[STRIDE * index + 2]!;
  }

  /** Takes the pieces out: the buffer is empty then. */
  take(): Pick<Pieces, 'ids' | 'offsets'> {
    const { length } = this;
    const ids = new Array<number>(length);
    const offsets = new Int32Array(2 * length);
    for (let i = 0; i < length; i++) {
      ids[i] = this.id(i);
      offsets[2 * i] = this.start(i);
      offsets[2 * i + 1] = this.end(i);
    }
    this.clear();
    return { ids, offsets };
  }

  clear(): void {
    this.length = 0;
    if (this.#entries.length > MAX_KEPT) this.#entries = new Int32Array(STRIDE * 2 ** 8);
  }

  #grow(): void {
    const longer = new Int32Array(2 * this.#entries.length);
    longer.set(this.#entries);
    this.#entries = longer;
  }
}
