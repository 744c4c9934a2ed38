import { type PieceRows, ROW } from './pieceRows.js';
import type { PieceSink } from './pipeline.js';

/** A buffer that grew beyond this many numbers for a long text is given back for the next. */
const MAX_KEPT = 2 ** 16;

/** The pieces of a text in the making. */
export class PieceBuffer implements PieceSink {
  /** How many pieces there are. */
  length = 0;
  /** The word that pieces are pushed for, from 0; -1 before the first. */
  word = -1;
  #rows: PieceRows = new Int32Array(ROW * 2 ** 8);

  push(id: number, start: number, end: number, kind = 0): void {
    const at = ROW * this.length++;
    if (at === this.#rows.length) this.#grow();
    const rows = this.#rows;
    rows[at] = id;
    rows[at + 1] = start;
    rows[at + 2] = end;
    rows[at + 3] = this.word;
    rows[at + 4] = kind;
  }

  id(index: number): number {
    return this.#rows[ROW * index]!;
  }

  start(index: number): number {
    return this.#rows[ROW * index + 1]!;
  }

  end(index: number): number {
    return this.#rows[ROW * index + 2]!;
  }

  /** Takes the pieces out: the buffer is empty then. */
  take(): PieceRows {
    const length = ROW * this.length;
    const rows = length > MAX_KEPT ? this.#rows.subarray(0, length) : this.#rows.slice(0, length);
    this.clear();
    return rows;
  }

  clear(): void {
    this.length = 0;
    this.word = -1;
    if (this.#rows.length > MAX_KEPT) this.#rows = new Int32Array(ROW * 2 ** 8);
  }

  #grow(): void {
    const longer = new Int32Array(4 * this.#rows.length);
    longer.set(this.#rows);
    this.#rows = longer;
  }
}
