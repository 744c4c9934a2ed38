// The inner loop of byte-pair encoding: of all neighbours that may be merged, the pair of the lowest rank is, the
// leftmost of equals first, until none is left.

import type { MergeList } from './mergeList.js';
import { ABSENT, PairTable } from './pairTable.js';

/** Up to here looking at every pair for each merge is faster than a heap. */
const SHORT_WORD = 48;

/** A heap entry is rank * POSITION_LIMIT + position, exact in a double for 2^22 ranks. */
const POSITION_LIMIT = 2 ** 31;

/** Merges symbols by rank: in time linear in n for a bounded length, else in O(n log n). */
export class BpeMerger {
  /** Pairs looked at and heap entries moved since construction: the measure by which growth is tested. */
  operations = 0;
  /** Where each symbol that the last merge left began in the word; holds until the next. */
  firsts: Int32Array;

  readonly #ranks: PairTable;
  readonly #products: Int32Array;
  readonly #shortRanks = new Int32Array(SHORT_WORD);
  readonly #shortFirsts = new Int32Array(SHORT_WORD);

  /** @param excluded products that are never made */
  constructor(merges: MergeList, excluded: ReadonlySet<number>) {
    this.#products = merges.product;
    this.#ranks = new PairTable(merges.product.length);
    for (const [rank, product] of merges.product.entries()) {
      if (!excluded.has(product)) this.#ranks.set(merges.left[rank]!, merges.right[rank]!, rank);
    }
    this.firsts = this.#shortFirsts;
  }

  /**
   * Merges in place.
   *
   * @param symbols token ids, of which the first `length` are the word's
   * @returns how many are left, at the front
   */
  merge(symbols: Int32Array, length: number): number {
    return length <= SHORT_WORD ? this.#mergeShort(symbols, length) : this.#mergeLong(symbols, length);
  }

  #mergeShort(symbols: Int32Array, length: number): number {
    const ranks = this.#shortRanks; // ranks[i] is that of symbols i and i + 1
    const firsts = this.#shortFirsts;
    this.firsts = firsts;
    let left = length;
    for (let i = 0; i < left; i++) firsts[i] = i;
    for (let i = 0; i + 1 < left; i++) ranks[i] = this.#ranks.get(symbols[i]!, symbols[i + 1]!);
    this.operations += left;
    for (;;) {
      let best = ABSENT;
      let at = 0;
      for (let i = 0; i + 1 < left; i++) {
        if (ranks[i]! < best) {
          best = ranks[i]!;
          at = i;
        }
      }
      this.operations += left;
      if (best === ABSENT) return left;
      symbols[at] = this.#products[best]!;
      left--;
      for (let i = at + 1; i < left; i++) {
        symbols[i] = symbols[i + 1]!;
        firsts[i] = firsts[i + 1]!;
        ranks[i] = ranks[i + 1]!;
      }
      if (at > 0) ranks[at - 1] = this.#ranks.get(symbols[at - 1]!, symbols[at]!);
      if (at + 1 < left) ranks[at] = this.#ranks.get(symbols[at]!, symbols[at + 1]!);
    }
  }

  /** A linked list of symbols under a heap of pairs. An entry is stale if its position has another rank by now. */
  #mergeLong(symbols: Int32Array, length: number): number {
    const next = new Int32Array(length);
    const previous = new Int32Array(length);
    const ranks = new Int32Array(length).fill(ABSENT); // by the left symbol's position
    // Every merge takes out one entry and puts in at most two, so 2 * length is never passed.
    const heap = new MinHeap(2 * length);
    for (let i = 0; i < length; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    const rankAgain = (position: number) => {
      const after = next[position]!;
      const rank = after < length ? this.#ranks.get(symbols[position]!, symbols[after]!) : ABSENT;
      ranks[position] = rank;
      if (rank !== ABSENT) heap.push(rank * POSITION_LIMIT + position);
    };
    for (let i = 0; i < length; i++) rankAgain(i);
    let lookUps = length;
    while (heap.size > 0) {
      const entry = heap.pop();
      const rank = Math.floor(entry / POSITION_LIMIT);
      const position = entry - rank * POSITION_LIMIT;
      if (ranks[position] !== rank) continue;
      const merged = next[position]!;
      symbols[position] = this.#products[rank]!;
      ranks[merged] = ABSENT;
      next[position] = next[merged]!;
      if (next[merged]! < length) previous[next[merged]!] = position;
      rankAgain(position);
      if (previous[position]! >= 0) rankAgain(previous[position]!);
      lookUps += 2;
    }
    this.operations += lookUps + heap.moves;

    this.firsts = previous; // which is done with
    let left = 0;
    for (let i = 0; i < length; i = next[i]!) {
      symbols[left] = symbols[i]!;
      previous[left++] = i;
    }
    return left;
  }
}

/** A binary heap of numbers, the smallest first. */
class MinHeap {
  size = 0;
  moves = 0;
  readonly #entries: Float64Array;

  constructor(capacity: number) {
    this.#entries = new Float64Array(capacity);
  }

  push(entry: number): void {
    const entries = this.#entries;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (entries[parent]! <= entry) break;
      entries[hole] = entries[parent]!;
      hole = parent;
      this.moves++;
    }
    entries[hole] = entry;
  }

  pop(): number {
    const entries = this.#entries;
    const smallest = entries[0]!;
    const last = entries[--this.size]!;
    let hole = 0;
    for (let child = 1; child < this.size; child = 2 * hole + 1) {
      if (child + 1 < this.size && entries[child + 1]! < entries[child]!) child++;
      if (last <= entries[child]!) break;
      entries[hole] = entries[child]!;
      hole = child;
      this.moves++;
    }
    entries[hole] = last;
    return smallest;
  }
}
