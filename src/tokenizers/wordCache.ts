import { PieceBuffer } from './pieceBuffer.js';

/** Longer words are rare, and rarer still a second time. */
export const MAX_CACHED_UNITS = 32;
const MAX_CACHED_WORDS = 2 ** 16;

/** The pieces of words met before, all in one buffer: an object a word would cost more than encoding it anew. */
export class WordCache {
  /** The id of a word that is one token; else ~index of where the word is in `#pieces`. */
  readonly #entries = new Map<string, number>();
  /** Of each word: a row of how many pieces it has, then its pieces, with offsets in the word. */
  readonly #pieces = new PieceBuffer();

  /** @returns the id of a word that is one token, a negative number for `append`, or undefined */
  get(word: string): number | undefined {
    return this.#entries.get(word);
  }

  /** Remembers the pieces from index `first` on, of a word that starts at `start`. */
  add(word: string, start: number, pieces: PieceBuffer, first: number): void {
    const all = this.#pieces;
    if (this.#entries.size >= MAX_CACHED_WORDS) {
      this.#entries.clear();
      all.clear();
    }
    const key = ` ${word}`.slice(1); // a copy: in V8 a slice of a text may keep all of it alive
    const count = pieces.length - first;
    if (count === 1 && pieces.start(first) === start && pieces.end(first) === start + word.length) {
      this.#entries.set(key, pieces.id(first));
      return;
    }
    this.#entries.set(key, ~all.length);
    all.push(count, 0, 0);
    for (let i = first; i < pieces.length; i++) all.push(pieces.id(i), pieces.start(i) - start, pieces.end(i) - start);
  }

  /** Appends the pieces of an entry that is negative. */
  append(entry: number, start: number, pieces: PieceBuffer): void {
    const all = this.#pieces;
    const header = ~entry;
    for (let i = header + 1; i <= header + all.id(header); i++) {
      pieces.push(all.id(i), start + all.start(i), start + all.end(i));
    }
  }
}
