import type { PieceSink, Pieces } from './pipeline.js';

const STRIDE = 4; // id, start, end, word
/** A buffer that grew beyond this many entries for a long text is given back after it. */
const MAX_KEPT = 2 ** 16;

/** The pieces of a text in the making, in one typed array: an object or four pushes a piece would take as long as the rest. */
export class PieceBuffer implements PieceSink {
  /** How many pieces there are. */
  length = 0;
  /** The word that pieces are pushed for, from 0; -1 before the first. */
  word = -1;
  #entries = new Int32Array(STRIDE * 2 ** 8);
  #special: number[] = [];

  push(id: number, start: number, end: number): void {
    const at = STRIDE * this.length++;
    if (at === this.#entries.length) this.#grow();
    const entries = this.#entries;
    entries[at] = id;
    entries[at + 1] = start;
    entries[at + 2] = end;
    entries[at + 3] = this.word;
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

  /** Marks the last piece as a special token. */
  markSpecial(): void {
    this.#special.push(this.length - 1);
  }

  /** Takes the pieces out: the buffer is empty then. */
  take(): Pieces {
    const { length } = this;
    const entries = this.#entries;
    const ids = new Array<number>(length);
    const offsets = new Int32Array(2 * length);
    const wordIds = new Int32Array(length);
    for (let i = 0, at = 0; i < length; i++, at += STRIDE) {
      ids[i] = entries[at]!;
      offsets[2 * i] = entries[at + 1]!;
      offsets[2 * i + 1] = entries[at + 2]!;
      wordIds[i] = entries[at + 3]!;
    }
    const pieces = { ids, offsets, wordIds };
    const special = this.#special;
    this.clear();
    if (special.length === 0) return pieces;
    const specialTokensMask = new Array<number>(length).fill(0);
    for (const index of special) specialTokensMask[index] = 1;
    return { ...pieces, specialTokensMask };
  }

  clear(): void {
    this.length = 0;
    this.word = -1;
    this.#special = [];
    if (this.#entries.length > MAX_KEPT) this.#entries = new Int32Array(STRIDE * 2 ** 8);
  }

  #grow(): void {
    const longer = new Int32Array(2 * this.#entries.length);
    longer.set(this.#entries);
    this.#entries = longer;
  }
}
