// What the parts of a tokenizer are to each other. Text goes through them in this order:
//
//   added tokens -> pre-tokenizer (words) -> model (pieces) -> template (special tokens) -> Encoding
//
// and ids come back through the decoder. Each part writes its own section of tokenizer.json.

import type { PieceBuffer } from './pieceBuffer.js';

/** A value that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A section of tokenizer.json: its `type` says which part it configures. */
export interface JsonSection {
  readonly type: string;
  readonly [key: string]: Json;
}

/** Splits text into words; no piece of the model crosses the end of a word. */
export interface PreTokenizer {
  /** Calls `visit` with the [start, end) of every word of text.slice(start, end), in order, in UTF-16 code units. */
  split(text: string, start: number, end: number, visit: (start: number, end: number) => void): void;
  toJson(): JsonSection;
}

/** Turns a word into pieces of its vocabulary. */
export interface Model {
  /** Appends the pieces of text.slice(start, end). */
  encodeWord(text: string, start: number, end: number, pieces: PieceBuffer): void;
  toJson(): JsonSection;
}

/** Turns ids back into text. */
export interface Decoder {
  /** A text that starts now. */
  start(): Decoding;
  toJson(): JsonSection;
}

/** One text on its way back from ids. All that it returns, joined, is the text, however the ids were divided. */
export interface Decoding {
  /** @returns the text that no later id can change */
  push(ids: Iterable<number>): string;
  /** Ends the text; the next push starts another. */
  end(): string;
}

/** An encoded text: parallel arrays. */
export interface Pieces {
  readonly ids: readonly number[];
  /** Two entries a token: start and end in UTF-16 code units. */
  readonly offsets: Int32Array;
  /** Absent where every token is of the first text. */
  readonly typeIds?: readonly number[];
  /** Absent where no token is special. */
  readonly specialTokensMask?: readonly number[];
  /** Absent where no token is padding. */
  readonly attentionMask?: readonly number[];
}
