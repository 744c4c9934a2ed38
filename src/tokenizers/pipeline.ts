// What the parts of a tokenizer are to each other. Text goes through them in this order:
//
//   added tokens -> normalizer -> pre-tokenizer (words) -> model (pieces) -> post-processor (special tokens) -> Encoding
//
// and ids come back through the decoder. Each part writes its own section of tokenizer.json. Parts that leave the text as
// it is have a faster way: a WordSplitter visits ranges of it, and no text is copied or mapped.

import type { MappedText } from './mappedText.js';
import type { PieceBuffer } from './pieceBuffer.js';
import type { PieceRows } from './pieceRows.js';

/** A value that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A section of tokenizer.json: its `type` says which part it configures. */
export interface JsonSection {
  /** The part: `NFC`, `Whitespace`, `BPE` and so on. */
  readonly type: string;
  readonly [key: string]: Json;
}

/** Rewrites text before it is split: lower case, accents, white space. */
export interface Normalizer {
  /** The text rewritten; each unit of it knows what it was made from. */
  normalize(text: MappedText): MappedText;
  /** The part as tokenizer.json spells it. */
  toJson(): JsonSection;
}

/** Splits text into words; no piece of the model crosses the end of a word. It may rewrite the words. */
export interface PreTokenizer {
  /** The words of a text, in order. What no word covers is dropped, and so are empty words. */
  preTokenize(text: MappedText): readonly MappedText[];
  /**
   * Calls `visit` with the [start, end) of every word of a text, in order, none of them empty: the same words, for a
   * pre-tokenizer that rewrites nothing. It spares an object a word.
   */
  visitWords?(text: string, visit: (start: number, end: number) => void): void;
  /** The part as tokenizer.json spells it. */
  toJson(): JsonSection;
}

/** Splits text into words that are ranges of it. */
export interface WordSplitter {
  /** Calls `visit` with the [start, end) of every word of text.slice(start, end), in order, in UTF-16 code units. */
  split(text: string, start: number, end: number, visit: (start: number, end: number) => void): void;
  toJson(): JsonSection;
}

/** Where a model puts the pieces of a word. */
export interface PieceSink {
  /** Appends a piece: its id, and the [start, end) of the characters that it is of. */
  push(id: number, start: number, end: number): void;
}

/** The tokens of a vocabulary and their ids, each looked up by the other. */
export interface TokenVocabulary {
  /** The largest id + 1. */
  readonly size: number;
  /** The id of a token, or undefined if there is no such token. */
  idOf(token: string): number | undefined;
  /** The token of an id, or undefined if no token has it. */
  tokenOf(id: number): string | undefined;
  /** The tokens in order of id. */
  entries(): Iterable<readonly [token: string, id: number]>;
}

/** Turns a word into pieces of its vocabulary. */
export interface Model {
  /** The tokens that it knows. */
  readonly vocabulary: TokenVocabulary;
  /** Appends the pieces of text.slice(start, end), which has no lone surrogates. */
  encodeWord(text: string, start: number, end: number, pieces: PieceSink): void;
  /**
   * The same model, which never makes these tokens of text. A tokenizer asks for it with its special tokens, so that no
   * text can become one.
   */
  excluding?(ids: ReadonlySet<number>): Model;
  /** The part as tokenizer.json spells it. */
  toJson(): JsonSection;
}

/** Encodes stretches of text in which no added token is to be found. */
export interface SegmentEncoder {
  /**
   * Appends the pieces of text.slice(start, end), with offsets in `text`.
   *
   * @param parseSpecialTokens whether special tokens that only show in the normalized text count as such
   */
  encode(text: string, start: number, end: number, pieces: PieceBuffer, parseSpecialTokens: boolean): void;
  toJson(): { readonly normalizer: Json; readonly pre_tokenizer: Json; readonly model: Json };
}

/** Joins encoded texts, and puts special tokens around them. */
export interface PostProcessor {
  /** How many tokens it adds to one text, or to a pair. */
  addedTokens(hasPair: boolean): number;
  /**
   * One encoding of a text, or of a pair.
   *
   * @param addSpecialTokens whether special tokens are put in; type ids are set either way
   */
  apply(first: PieceRows, second: PieceRows | undefined, addSpecialTokens: boolean): PieceRows;
  /** The part as tokenizer.json spells it, null where it has none. */
  toJson(): Json;
}

/** Turns ids back into text. */
export interface IdDecoder {
  /** A text that starts now. */
  start(): Decoding;
  toJson(): Json;
}

/** One text on its way back from ids. All that it returns, joined, is the text, however the ids were divided. */
export interface Decoding {
  /** @returns the text that no later id can change */
  push(ids: Iterable<number>): string;
  /** Ends the text; the next push starts another. */
  end(): string;
}

/** Makes a post-processor for the tokens of a tokenizer, whose ids it needs. */
export type PostProcessorOf = (vocabulary: TokenVocabulary) => PostProcessor;

/** Takes tokens on their way back to text. The text of a token may come in several parts. */
export interface TokenSink {
  /** More text of the token. */
  text(text: string): void;
  /** The token has no more text. */
  endToken(): void;
  /** There are no more tokens. */
  end(): void;
}

/**
 * Turns tokens into text, step by step: each step takes tokens and gives tokens to the next, and what the last gives,
 * joined, is the text. A step passes on at once what no later token can change, and no more.
 */
export interface Decoder {
  /** A text that starts now: what it becomes goes to `next`. */
  start(next: TokenSink): TokenSink;
  /** The part as tokenizer.json spells it. */
  toJson(): JsonSection;
}
