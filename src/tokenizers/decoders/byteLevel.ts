import type { AddedTokens } from '../addedTokens.js';
import { unicodeToBytes } from '../byteAlphabet.js';
import type { Decoder, Decoding, IdDecoder, JsonSection, TokenSink, TokenVocabulary } from '../pipeline.js';
import { passToken, wholeTokens } from './wholeTokens.js';

/** Joins the bytes that tokens stand for and reads them as UTF-8. */
export class ByteLevelDecoder implements IdDecoder {
  readonly #vocabulary: TokenVocabulary;
  readonly #addedTokens: AddedTokens;
  /** The bytes of each token met so far, by id. */
  readonly #bytes: (readonly number[])[] = [];
  readonly #alphabet = unicodeToBytes();

  constructor(vocabulary: TokenVocabulary, addedTokens: AddedTokens) {
    this.#vocabulary = vocabulary;
    this.#addedTokens = addedTokens;
  }

  start(): Decoding {
    // The mark U+FEFF is text like any other: a decoder without ignoreBOM would swallow it at the start.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const bytesOf = (id: number) => {
      this.#bytes[id] ??= this.#bytesOf(id);
      return this.#bytes[id];
    };
    return {
      push: (ids) => decoder.decode(Uint8Array.from(Array.from(ids, bytesOf).flat()), { stream: true }),
      end: () => decoder.decode(),
    };
  }

  toJson(): JsonSection {
    return byteLevelSection();
  }

  /** Added tokens are spelt as they are. */
  #bytesOf(id: number): readonly number[] {
    const token = this.#vocabulary.tokenOf(id)!;
    return this.#addedTokens.has(id) ? utf8(token) : bytesOf(token, this.#alphabet);
  }
}

/** Joins the bytes that tokens stand for, in GPT-2's alphabet, and reads them as UTF-8: one token comes of all. */
export function byteLevelDecoder(): ByteLevelTokenDecoder {
  return new ByteLevelTokenDecoder();
}

/** What `byteLevelDecoder` makes. */
export class ByteLevelTokenDecoder implements Decoder {
  start(next: TokenSink): TokenSink {
    const alphabet = unicodeToBytes();
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return wholeTokens(
      next,
      (token) => next.text(decoder.decode(Uint8Array.from(bytesOf(token, alphabet)), { stream: true })),
      () => passToken(next, decoder.decode()),
    );
  }

  toJson(): JsonSection {
    return byteLevelSection();
  }
}

function byteLevelSection(): JsonSection {
  return { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true };
}

/** A token that is not in the byte alphabet is spelt as it is, as Hugging Face has it. */
function bytesOf(token: string, alphabet: ReadonlyMap<string, number>): readonly number[] {
  const bytes = Array.from(token, (character) => alphabet.get(character));
  return bytes.includes(undefined) ? utf8(token) : (bytes as number[]);
}

function utf8(token: string): readonly number[] {
  return [...new TextEncoder().encode(token)];
}
