const NOWHERE = -1;

/**
 * Words by their beginnings: a tree whose edges are UTF-16 code units, in typed arrays. The nodes are numbered level by
 * level, so the children of a node lie side by side, in order of their unit.
 */
export class WordTrie {
  /** The node of the empty beginning. */
  static readonly ROOT = 0;
  /** The unit that leads to each node. */
  readonly #units: Uint16Array;
  /** The first child of each node; where those of the next node begin, its own end. */
  readonly #children: Int32Array;
  /** How often the word occurs that ends at each node; 0 = no word ends here. */
  readonly frequencies: Float64Array;

  /** @param words with frequencies above 0; none of them is empty */
  constructor(words: ReadonlyMap<string, number>) {
    const sorted = [...words.keys()].sort();
    let size = 1;
    for (const [index, word] of sorted.entries()) size += word.length - sharedLength(sorted[index - 1] ?? '', word);
    this.#units = new Uint16Array(size);
    this.#children = new Int32Array(size + 1);
    this.frequencies = new Float64Array(size);
    // The words below a node follow each other: sorted[begins[node]] to sorted[ends[node] - 1].
    const begins = new Int32Array(size);
    const ends = new Int32Array(size);
    ends[WordTrie.ROOT] = sorted.length;
    let made = 1;
    for (let node = WordTrie.ROOT, depth = 0, levelEnd = made; node < size; node++) {
      if (node === levelEnd) {
        depth++;
        levelEnd = made;
      }
      this.#children[node] = made;
      let index = begins[node]!;
      const end = ends[node]!;
      // The shortest of words with one beginning sorts first.
      if (index < end && sorted[index]!.length === depth) this.frequencies[node] = words.get(sorted[index++]!)!;
      while (index < end) {
        const unit = sorted[index]!.charCodeAt(depth);
        this.#units[made] = unit;
        begins[made] = index;
        while (index < end && sorted[index]!.charCodeAt(depth) === unit) index++;
        ends[made++] = index;
      }
    }
    this.#children[size] = made;
  }

  /** The node that `unit` leads to from `node`, or -1 where no word goes on with it. */
  child(node: number, unit: number): number {
    const units = this.#units;
    const end = this.#children[node + 1]!;
    let low = this.#children[node]!;
    for (let high = end; low < high; ) {
      const middle = (low + high) >> 1;
      if (units[middle]! < unit) low = middle + 1;
      else high = middle;
    }
    return low < end && units[low] === unit ? low : NOWHERE;
  }

  /** The words and their frequencies, in order of code unit. */
  *words(node = WordTrie.ROOT, beginning = ''): Generator<[word: string, frequency: number], void> {
    const frequency = this.frequencies[node]!;
    if (frequency > 0) yield [beginning, frequency];
    for (let child = this.#children[node]!; child < this.#children[node + 1]!; child++) {
      yield* this.words(child, beginning + String.fromCharCode(this.#units[child]!));
    }
  }

  /** Whether each UTF-16 code unit occurs in a word: [65536] of 0 and 1. */
  alphabet(): Uint8Array {
    const occurs = new Uint8Array(2 ** 16);
    for (const unit of this.#units.subarray(1)) occurs[unit] = 1;
    return occurs;
  }
}

/** How many code units two words have in common at their beginning. */
function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
