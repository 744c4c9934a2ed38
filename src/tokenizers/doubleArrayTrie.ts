import { TokenizerError } from '../errors/index.js';

/**
 * A trie of byte strings in one array, as Darts-clone packs it: the child of a node by a byte is at the node's offset
 * xor the byte, and says which byte it is of.
 *
 * @see https://github.com/s-yata/darts-clone
 */
export class DoubleArrayTrie {
  readonly #units: Uint32Array;

  /** @throws TokenizerError if there is no root */
  constructor(units: Uint32Array) {
    if (units.length === 0) throw new TokenizerError('The trie of a character map is empty.\nIs the file whole?');
    this.#units = units;
  }

  /**
   * Calls `visit` with the length and the value of every key that bytes.subarray(start, end) begins with, the shortest
   * first.
   *
   * @returns how many of the bytes some key begins with
   */
  prefixes(bytes: Uint8Array, start: number, end: number, visit: (length: number, value: number) => void): number {
    const units = this.#units;
    let node = offsetOf(units[0]!);
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      node ^= byte;
      const unit = units[node];
      // The label is the byte where the unit is a child by it; a unit that holds a value has the highest bit.
      if (unit === undefined || byte === 0 || (unit & 0x800000ff) !== byte) return at - start;
      node ^= offsetOf(unit);
      if (((unit >>> 8) & 1) === 0) continue;
      const leaf = units[node];
      if (leaf === undefined) break;
      visit(at + 1 - start, leaf & 0x7fffffff);
    }
    return end - start;
  }
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
