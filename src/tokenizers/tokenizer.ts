import type { Encoding } from './encoding.js';
import type { Truncation } from './truncation.js';

/** Options of `tokenizer.encode`. */
export interface EncodeOptions {
  /** A second text, as in question and passage: its pieces follow the first's, with type id 1. */
  readonly pair?: string;
  /**
   * The most tokens of the result, special tokens included. What is too long loses its end, which `overflowing` has.
   * Unlimited by default.
   */
  readonly maxLength?: number;
  /** Which text of a pair `maxLength` takes from: the longer one (`longestFirst`, the default), or always the same one. */
  readonly truncation?: Truncation;
  /** How many tokens of a text each window of `overflowing` repeats from the one before; 0 by default. */
  readonly stride?: number;
  /** Whether the tokenizer's template adds its special tokens around the text. True by default. */
  readonly addSpecialTokens?: boolean;
  /**
   * Whether special tokens spelt in the text are recognised. False by default: text from a user that says
   * `<|endoftext|>` is encoded as those thirteen characters.
   */
  readonly parseSpecialTokens?: boolean;
  /**
   * The length, in tokens, to which a shorter result is filled up. 'longest' is that of the longest text of
   * `encodeBatch`, and fills up the windows of `overflowing`, too.
   */
  readonly padTo?: number | 'longest';
  /** The result is filled up to a multiple of this many tokens: 8, say, where hardware likes it. */
  readonly padToMultipleOf?: number;
  /** Where padding goes: right by default; left for batches of prompts that a model continues. */
  readonly padSide?: PadSide;
  /** The token to pad with. By default the first that the vocabulary has of `[PAD]`, `<pad>`, `<|endoftext|>`. */
  readonly padToken?: string;
}

/** The side of a text on which padding goes. */
export type PadSide = 'left' | 'right';

/** Options of `tokenizer.encodeBatch`: those of `encode`, for every text. */
export interface EncodeBatchOptions extends Omit<EncodeOptions, 'pair'> {
  /** A second text for each text, in the same order. */
  readonly pairs?: readonly string[];
}

/** Options of `tokenizer.decode` and `tokenizer.decodeStream`. */
export interface DecodeOptions {
  /** Whether special tokens are left out of the text. False by default. */
  readonly skipSpecialTokens?: boolean;
}

/**
 * Decodes token by token. The strings that `push` and `end` return, joined, are what `decode` returns for all ids at
 * once: a character whose bytes are spread over several tokens comes out with the last of them, never in halves.
 */
export interface DecodeStream {
  /**
   * @returns the text that is certain now: '' while a character is incomplete
   * @throws TokenizerError if no token has this id
   */
  push(id: number): string;
  /** Ends the text: what was left incomplete comes out as U+FFFD. The stream then starts anew. */
  end(): string;
}

/** Turns text into token ids and back. Encoding and decoding are synchronous and keep no state between calls. */
export interface Tokenizer {
  /** The number of rows that an embedding of these tokens needs: the largest id + 1. */
  readonly vocabSize: number;

  /** The special tokens and their ids, in order of id. Text never becomes one unless `parseSpecialTokens` asks for it. */
  readonly specialTokens: ReadonlyMap<string, number>;

  /**
   * Encodes one text, or one pair of texts. Windows of `overflowing` are padded as the encoding itself is.
   *
   * Lone surrogates, which are not characters, become U+FFFD.
   *
   * @throws TokenizerError if the text holds what the vocabulary lacks, or there is no token to pad with
   * @throws ConfigError if an option is unknown or out of range
   */
  encode(text: string, options?: EncodeOptions): Encoding;

  /** Encodes each text as `encode` does, and pads them all to one length if asked to. */
  encodeBatch(texts: readonly string[], options?: EncodeBatchOptions): Encoding[];

  /**
   * The text of token ids. Bytes that are not UTF-8 become U+FFFD, as the WHATWG TextDecoder has it.
   *
   * @throws TokenizerError if no token has one of the ids
   */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;

  /** Decodes ids one by one, for text that is shown while it is generated. */
  decodeStream(options?: DecodeOptions): DecodeStream;

  /** @returns undefined if there is no such token */
  tokenToId(token: string): number | undefined;

  /** @returns the token as the vocabulary spells it, or undefined if there is no such id */
  idToToken(id: number): string | undefined;

  /** The text of a `tokenizer.json` in Hugging Face's format, which `tokenizerFromJson` reads. */
  toJson(): string;
}
