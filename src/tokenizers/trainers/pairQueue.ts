/** A pair of neighbouring symbols in the training text. */
export interface Pair {
  readonly left: number;
  readonly right: number;
  /** How often the pair occurs now. */
  count: number;
  /** Where it may occur: positions of its left symbol. Some may be out of date. */
  positions: number[];
  /** Whether it is among the merges. */
  learned: boolean;
}

/**
 * The pairs, the most frequent first; among equals the one with the smaller left id, then with the smaller right id.
 *
 * A count may fall while its pair waits, which is noticed only when the pair's turn comes; a pair whose count has risen
 * must be pushed again. So a merge, which lowers thousands of counts, costs the heap nothing for those.
 */
export class PairQueue {
  /** Heap entries moved since construction: the measure by which growth is tested. */
  moves = 0;
  readonly #pairs: Pair[] = [];
  /** The count of each pair when it was pushed. */
  readonly #counts: number[] = [];

  push(pair: Pair): void {
    const { count } = pair;
    let hole = this.#pairs.length;
    this.#pairs.push(pair);
    this.#counts.push(count);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.#isBefore(pair, count, parent)) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#pairs[hole] = pair;
    this.#counts[hole] = count;
  }

  /** Takes out the first pair, or returns undefined if there is none that occurs. */
  pop(): Pair | undefined {
    while (this.#pairs.length > 0) {
      const pair = this.#pairs[0]!;
      const isCurrent = this.#counts[0] === pair.count;
      this.#removeFirst();
      if (isCurrent) return pair;
      if (pair.count > 0) this.push(pair);
    }
    return undefined;
  }

  #removeFirst(): void {
    const pair = this.#pairs.pop()!;
    const count = this.#counts.pop()!;
    const size = this.#pairs.length;
    if (size === 0) return;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      const right = child + 1;
      if (right < size && this.#isBefore(this.#pairs[right]!, this.#counts[right]!, child)) child = right;
      if (this.#isBefore(pair, count, child)) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#pairs[hole] = pair;
    this.#counts[hole] = count;
  }

  #move(from: number, to: number): void {
    this.#pairs[to] = this.#pairs[from]!;
    this.#counts[to] = this.#counts[from]!;
    this.moves++;
  }

  #isBefore(pair: Pair, count: number, index: number): boolean {
    const other = this.#pairs[index]!;
    if (count !== this.#counts[index]) return count > this.#counts[index]!;
    return pair.left !== other.left ? pair.left < other.left : pair.right < other.right;
  }
}
