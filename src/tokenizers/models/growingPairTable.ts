import { PairTable } from './pairTable.js';

const ENTRY = 3; // left, right, value

/** A `PairTable` that makes room for any number of pairs. Each pair is set once, or set again to the same number. */
export class GrowingPairTable {
  #capacity: number;
  #table: PairTable;
  /** What was set, to be set again in a larger table. */
  #entries: Int32Array;
  #size = 0;

  /** @param capacity how many pairs to make room for at first */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#table = new PairTable(capacity);
    this.#entries = new Int32Array(ENTRY * capacity);
  }

  /** @returns ABSENT if the pair is not there */
  get(left: number, right: number): number {
    return this.#table.get(left, right);
  }

  set(left: number, right: number, value: number): void {
    if (this.#size === this.#capacity) this.#grow();
    this.#entries.set([left, right, value], ENTRY * this.#size++);
    this.#table.set(left, right, value);
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#table = new PairTable(this.#capacity);
    const entries = this.#entries;
    this.#entries = new Int32Array(ENTRY * this.#capacity);
    this.#entries.set(entries);
    for (let at = 0; at < entries.length; at += ENTRY) {
      this.#table.set(entries[at]!, entries[at + 1]!, entries[at + 2]!);
    }
  }
}
