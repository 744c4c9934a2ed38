import fc from 'fast-check';

/** The text in pieces, cut at these places (UTF-16 code units, also inside a pair), some of them empty. */
export function cutAt(text: string, places: readonly number[]): string[] {
  const cuts = [0, ...places.map((place) => Math.min(place, text.length)).sort((a, b) => a - b), text.length];
  return cuts.slice(1).map((end, index) => text.slice(cuts[index], end));
}

/** Places to cut a text of up to `length` at. */
export const somePlaces = (length = 60) => fc.array(fc.nat(length), { maxLength: 8 });

/** A source that can be read again and again, and counts the pieces that were taken and the iterations that ended. */
export class CountedPieces implements AsyncIterable<string> {
  readonly #pieces: Iterable<string>;
  /** Pieces taken in all iterations. */
  taken = 0;
  /** Iterations begun and not yet over. */
  open = 0;

  constructor(pieces: Iterable<string>) {
    this.#pieces = pieces;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void> {
    this.open++;
    try {
      for (const piece of this.#pieces) {
        this.taken++;
        yield piece;
      }
    } finally {
      this.open--;
    }
  }
}

/** The same piece over and over, as a file too large for memory would give it. */
export function* repeated(piece: string, times: number): Generator<string, void> {
  for (let i = 0; i < times; i++) yield piece;
}
