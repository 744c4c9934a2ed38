import type { AddedTokens } from '../addedTokens.js';
import { unicodeToBytes } from '../byteAlphabet.js';
import type { Decoder, Decoding, IdDecoder, JsonSection, TokenSink, TokenVocabulary } from '../pipeline.js';
import { passToken, wholeTokens } from './wholeTokens.js';

/** Joins the bytes that tokens stand for and reads them as UTF-8. */
export class ByteLevelDecoder implements IdDecoder {
  readonly #vocabulary: TokenVocabulary;
  readonly #addedTokens: AddedTokens;
  /** The bytes of each token met so far, by id. */
  readonly #bytes: Uint8Array[] = [];
  #alphabet: ReadonlyMap<string, number> | undefined;

  constructor(vocabulary: TokenVocabulary, addedTokens: AddedTokens) {
    this.#vocabulary = vocabulary;
    this.#addedTokens = addedTokens;
  }

  start(): Decoding {
    // The mark U+FEFF is text like any other: a decoder without ignoreBOM would swallow it at the start.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return {
      push: (ids) => decoder.decode(this.#join(ids), { stream: true }),
      end: () => decoder.decode(),
    };
  }

  toJson(): JsonSection {
    return byteLevelSection();
  }

  #join(ids: Iterable<number>): Uint8Array {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (const id of ids) {
      this.#bytes[id] ??= this.#bytesOf(id);
      const part = this.#bytes[id];
      parts.push(part);
      length += part.length;
    }
    const joined = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  /** Added tokens are spelt as they are. */
  #bytesOf(id: number): Uint8Array {
    const token = this.#vocabulary.tokenOf(id)!;
    this.#alphabet ??= unicodeToBytes();
    return this.#addedTokens.has(id) ? new TextEncoder().encode(token) : bytesOf(token, this.#alphabet);
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
      (token) => next.text(decoder.decode(bytesOf(token, alphabet), { stream: true })),
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
function bytesOf(token: string, alphabet: ReadonlyMap<string, number>): Uint8Array {
  const bytes = Array.from(token, (character) => alphabet.get(character));
  return bytes.includes(undefined) ? new TextEncoder().encode(token) : Uint8Array.from(bytes as number[]);
}
