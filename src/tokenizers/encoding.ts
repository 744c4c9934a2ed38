import { PADDING, type PieceRows, ROW, SPECIAL, TYPE } from './pieceRows.js';

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
 * An encoding whose other arrays are made from `rows` when they are first read, since many callers read only ids. They
 * are own properties all the same: spreading, JSON and structuredClone see them.
 */
export function createEncoding(
  rows: PieceRows,
  tokenOf: (id: number) => string,
  windows: () => readonly Encoding[],
): Encoding {
  const each = <T>(read: (at: number) => T) => {
    const values = new Array<T>(rows.length / ROW); // a loop, which is fast from the first text on
    for (let i = 0; i < values.length; i++) values[i] = read(ROW * i);
    return values;
  };
  const ids = each((at) => rows[at]!);
  const made: { [name: string]: unknown } = {};
  const once = <T>(name: keyof Encoding, make: () => T): T => {
    made[name] ??= make();
    return made[name] as T;
  };
  return {
    ids,
    get tokens() {
      return once('tokens', () => ids.map(tokenOf));
    },
    get offsets() {
      return once('offsets', () => each((at): [number, number] => [rows[at + 1]!, rows[at + 2]!]));
    },
    get attentionMask() {
      return once('attentionMask', () => each((at) => (rows[at + 4]! & PADDING ? 0 : 1)));
    },
    get typeIds() {
      return once('typeIds', () => each((at) => Math.floor(rows[at + 4]! / TYPE)));
    },
    get specialTokensMask() {
      return once('specialTokensMask', () => each((at) => rows[at + 4]! & SPECIAL));
    },
    get wordIds() {
      return once('wordIds', () => each((at) => (rows[at + 3]! < 0 ? null : rows[at + 3]!)));
    },
    get overflowing() {
      return once('overflowing', windows);
    },
  };
}
