import { GrowingPairTable } from './growingPairTable.js';
import { ABSENT } from './pairTable.js';

const ROOT = 0;
const NO_PIECE = -1;

/** Pieces by what they begin with: every step is one look into a hash table of (node, UTF-16 unit). */
export class PieceTrie {
  readonly #children = new GrowingPairTable(2 ** 12);
  /** The piece that ends at each node, or NO_PIECE. */
  readonly #ids: number[] = [NO_PIECE];

  add(piece: string, id: number): void {
    let node = ROOT;
    for (let at = 0; at < piece.length; at++) {
      const unit = piece.charCodeAt(at);
      let child = this.#children.get(node, unit);
      if (child === ABSENT) {
        child = this.#ids.push(NO_PIECE) - 1;
        this.#children.set(node, unit, child);
      }
      node = child;
    }
    this.#ids[node] = id;
  }

  /**
   * Calls `visit` with every piece that text.slice(start, end) begins with, and where it ends, the shortest first.
   *
   * @returns how many units were looked at
   */
  prefixes(text: string, start: number, end: number, visit: (id: number, end: number) => void): number {
    let node = ROOT;
    for (let at = start; at < end; at++) {
      node = this.#children.get(node, text.charCodeAt(at));
      if (node === ABSENT) return at + 1 - start;
      const id = this.#ids[node]!;
      if (id !== NO_PIECE) visit(id, at + 1);
    }
    return end - start;
  }
}
