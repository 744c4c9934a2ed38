// A hash table from pairs of token ids to a number. A Map would need a key for each pair: a string, or a double that V8
// boxes; in typed arrays a look-up allocates nothing and mostly touches one cache line.

/** What pairs have that are not there: more than any number, so that nothing comes after it. */
export const ABSENT = 0x7fffffff;

const SLOT = 3; // left, right, value
/** Pairs of smaller ids than this, which bytes have in most vocabularies, are in a table of their own. */
const DENSE = 256;

/** Pairs of ids, each with a number below ABSENT, for as many pairs as it was made for. */
export class PairTable {
  readonly #dense = new Int32Array(DENSE * DENSE).fill(ABSENT);
  readonly #slots: Int32Array;
  readonly #mask: number;

  /** @param capacity the most pairs that it is to hold */
  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(8, 2 * capacity)));
    this.#mask = slots - 1;
    this.#slots = new Int32Array(SLOT * slots).fill(ABSENT);
  }

  /** @returns ABSENT if the pair is not there */
  get(left: number, right: number): number {
    if ((left | right) < DENSE) return this.#dense[left * DENSE + right]!;
    return this.#slots[this.#find(left, right) + 2]!;
  }

  set(left: number, right: number, value: number): void {
    if ((left | right) < DENSE) {
      this.#dense[left * DENSE + right] = value;
      return;
    }
    const at = this.#find(left, right);
    this.#slots[at] = left;
    this.#slots[at + 1] = right;
    this.#slots[at + 2] = value;
  }

  /** Where in `#slots` the pair is, or the empty slot where it would be. */
  #find(left: number, right: number): number {
    const slots = this.#slots;
    for (let slot = hash(left, right) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = SLOT * slot;
      const found = slots[at]!;
      if (found === ABSENT || (found === left && slots[at + 1] === right)) return at;
    }
  }
}

/** Multiplicative hashing; the high bits are the good ones, so they are folded down. */
function hash(left: number, right: number): number {
  const product = Math.imul(Math.imul(left, 0x9e3779b1) ^ right, 0x85ebca6b);
  return product ^ (product >>> 15);
}
