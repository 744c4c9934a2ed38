import type { Pieces } from './pipeline.js';

/** An encoded text. All arrays are parallel, one entry a token. */
export interface Encoding {
  /** The id of each token, from 0 to `vocabSize - 1`; added special tokens and padding included. */
  readonly ids: readonly number[];
  /** The tokens as the vocabulary spells them: GPT-2 writes a space as `Ġ`. */
  readonly tokens: readonly string[];
  /**
   * [start, end) of each token in UTF-16 code units of its own text, so that `text.slice(start, end)` is its surface.
   * A token that holds part of a character covers the whole character. Added tokens and padding have [0, 0].
   */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  /** 1 = attend, 0 = padding. */
  readonly attentionMask: readonly number[];
  /** 0 = first text, 1 = second text of a pair. */
  readonly typeIds: readonly number[];
  /** 1 = special token: from the template, padding, or recognised in the text; 0 = text, the unknown token included. */
  readonly specialTokensMask: readonly number[];
}

/**
 * An encoding whose other arrays are made from `pieces` when they are first read, since many callers read only ids.
 * They are own properties all the same: spreading, JSON and structuredClone see them.
 */
export function createEncoding(pieces: Pieces, tokenOf: (id: number) => string): Encoding {
  const { ids } = pieces;
  const constant = (value: number) => new Array<number>(ids.length).fill(value);
  let tokens: string[] | undefined;
  let offsets: [number, number][] | undefined;
  let attentionMask = pieces.attentionMask;
  let typeIds = pieces.typeIds;
  let specialTokensMask = pieces.specialTokensMask;
  return {
    ids,
    get tokens() {
      tokens ??= ids.map(tokenOf);
      return tokens;
    },
    get offsets() {
      offsets ??= ids.map((_, index) => [pieces.offsets[2 * index]!, pieces.offsets[2 * index + 1]!]);
      return offsets;
    },
    get attentionMask() {
      attentionMask ??= constant(1);
      return attentionMask;
    },
    get typeIds() {
      typeIds ??= constant(0);
      return typeIds;
    },
    get specialTokensMask() {
      specialTokensMask ??= constant(0);
      return specialTokensMask;
    },
  };
}
