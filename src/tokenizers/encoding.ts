import type { Pieces } from './pipeline.js';

/** An encoded text. All arrays but `overflowing` are parallel, one entry a token. */
export interface Encoding {
  /** The id of each token, from 0 to `vocabSize - 1`; added special tokens and padding included. */
  readonly ids: readonly number[];
  /** The tokens as the vocabulary spells them: GPT-2 writes a space as `Ġ`. */
  readonly tokens: readonly string[];
  /**
   * [start, end) of each token in UTF-16 code units of its own text, so that `text.slice(start, end)` is its surface.
   * A token that holds part of a character covers the whole character. Special tokens and padding that were added, and
   * pieces that stand for nothing in the text, have no surface: start equals end.
   */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  /** 1 = attend, 0 = padding. */
  readonly attentionMask: readonly number[];
  /** 0 = first text, 1 = second text of a pair. */
  readonly typeIds: readonly number[];
  /** 1 = special token: from the template, padding, or recognised in the text; 0 = text, the unknown token included. */
  readonly specialTokensMask: readonly number[];
  /** The word of its own text that each token is of, from 0; null for special tokens and padding that were added. */
  readonly wordIds: readonly (number | null)[];
  /**
   * What `maxLength` cut off, in windows of its own: each repeats `stride` tokens of the one before. For a pair, every
   * combination of windows but the first of both, which is this encoding.
   */
  readonly overflowing: readonly Encoding[];
}

/**
 * An encoding whose other arrays are made from `pieces` when they are first read, since many callers read only ids.
 * They are own properties all the same: spreading, JSON and structuredClone see them.
 */
export function createEncoding(
  pieces: Pieces,
  tokenOf: (id: number) => string,
  windows: () => readonly Encoding[],
): Encoding {
  const { ids } = pieces;
  const constant = (value: number) => new Array<number>(ids.length).fill(value);
  const offset = (at: number): [number, number] => [pieces.offsets[at]!, pieces.offsets[at + 1]!];
  const tokens = once(() => ids.map(tokenOf));
  const offsets = once(() => ids.map((_, index) => offset(2 * index)));
  const attentionMask = once(() => pieces.attentionMask ?? constant(1));
  const typeIds = once(() => pieces.typeIds ?? constant(0));
  const specialTokensMask = once(() => pieces.specialTokensMask ?? constant(0));
  const wordIds = once(() => Array.from(pieces.wordIds, (word) => (word < 0 ? null : word)));
  const overflowing = once(windows);
  return {
    ids,
    get tokens() {
      return tokens();
    },
    get offsets() {
      return offsets();
    },
    get attentionMask() {
      return attentionMask();
    },
    get typeIds() {
      return typeIds();
    },
    get specialTokensMask() {
      return specialTokensMask();
    },
    get wordIds() {
      return wordIds();
    },
    get overflowing() {
      return overflowing();
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
