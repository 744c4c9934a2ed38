import type { PieceBuffer } from './pieceBuffer.js';

/** Longer words are rare, and rarer still a second time. */
export const MAX_CACHED_UNITS = 32;
const MAX_CACHED_WORDS = 2 ** 16;
/** A shorter slice of a text is a copy in V8; a longer one keeps the whole text alive. */
const MIN_SLICE_THAT_SHARES = 13;

/** The pieces of words met before, all in one array: an object a word would cost more than encoding it anew. */
export class WordCache {
  /** The id of a word that is one token; else ~index of where the word is in `#pieces`. */
  readonly #entries = new Map<string, number>();
  /** Of each word: how many pieces it has, then the id, start and end of each, from the start of the word. */
  #pieces = new Int32Array(2 ** 12);
  #length = 0;

  /** @returns the id of a word that is one token, a negative number for `append`, or undefined */
  get(word: string): number | undefined {
    return this.#entries.get(word);
  }

  /** Remembers the pieces from index `first` on, of a word that starts at `start`. */
  add(word: string, start: number, pieces: PieceBuffer, first: number): void {
    if (this.#entries.size >= MAX_CACHED_WORDS) {
      this.#entries.clear();
      this.#length = 0;
    }
    const key = word.length < MIN_SLICE_THAT_SHARES ? word : ` ${word}`.slice(1);
    const count = pieces.length - first;
    if (count === 1 && pieces.start(first) === start && pieces.end(first) === start + word.length) {
      this.#entries.set(key, pieces.id(first));
      return;
    }
    this.#entries.set(key, ~this.#length);
    if (this.#length + 3 * count + 1 > this.#pieces.length) {
      const longer = new Int32Array(2 * this.#pieces.length);
      longer.set(this.#pieces);
      this.#pieces = longer;
    }
    this.#pieces[this.#length++] = count;
    for (let i = first; i < pieces.length; i++) {
      this.#pieces[this.#length++] = pieces.id(i);
      this.#pieces[this.#length++] = pieces.start(i) - start;
      this.#pieces[this.#length++] = pieces.end(i) - start;
    }
  }

  /** Appends the pieces of an entry that is negative. */
  append(entry: number, start: number, pieces: PieceBuffer): void {
    const all = this.#pieces;
    let at = ~entry;
    for (let left = all[at++]!; left > 0; left--, at += 3) {
      pieces.push(all[at]!, start + all[at + 1]!, start + all[at + 2]!);
    }
  }
}
