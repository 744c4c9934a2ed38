/**
 * Holds back the end of a growing sequence while it may be the beginning of a stop sequence, so that none of a stop
 * sequence is ever handed out.
 */
export class StopSequences<Item> {
  readonly #sequences: readonly (readonly Item[])[];
  /** The longest end of all items so far with which some stop sequence begins. */
  #held: Item[] = [];
  #stopped = false;

  /** @param sequences what ends the sequence; none of them empty */
  constructor(sequences: readonly (readonly Item[])[]) {
    this.#sequences = sequences;
  }

  /** Whether a stop sequence is complete. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** @returns the items that are certain not to belong to a stop sequence, oldest first */
  push(item: Item): Item[] {
    const open = [...this.#held, item];
    // What is held is a beginning of some sequence, so a sequence that is now complete ends at `item`.
    const complete = this.#sequences.filter((sequence) => endsWith(open, sequence, sequence.length));
    if (complete.length > 0) {
      this.#stopped = true;
      this.#held = [];
      return open.slice(0, open.length - Math.max(...complete.map(({ length }) => length)));
    }
    const certain = open.length - this.#longestBeginning(open);
    this.#held = open.slice(certain);
    return open.slice(0, certain);
  }

  /** @returns what was held back, when nothing follows */
  end(): Item[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  #longestBeginning(items: readonly Item[]): number {
    let longest = 0;
    for (const sequence of this.#sequences) {
      let length = Math.min(sequence.length - 1, items.length);
      while (length > longest && !endsWith(items, sequence, length)) length--;
      longest = Math.max(longest, length);
    }
    return longest;
  }
}

/** Whether `items` end with the first `length` items of `sequence`. */
function endsWith<Item>(items: readonly Item[], sequence: readonly Item[], length: number): boolean {
  const start = items.length - length;
  if (start < 0) return false;
  for (let place = 0; place < length; place++) if (items[start + place] !== sequence[place]) return false;
  return true;
}
