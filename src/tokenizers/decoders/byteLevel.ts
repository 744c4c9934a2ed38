import type { AddedTokens } from '../addedTokens.js';
import { unicodeToBytes } from '../byteAlphabet.js';
import type { Decoder, Decoding, JsonSection } from '../pipeline.js';
import type { Vocabulary } from '../vocabulary.js';

/** Joins the bytes that tokens stand for and reads them as UTF-8. */
export class ByteLevelDecoder implements Decoder {
  readonly #vocabulary: Vocabulary;
  readonly #addedTokens: AddedTokens;
  /** The bytes of each token met so far, by id. */
  readonly #bytes: Uint8Array[] = [];
  #alphabet: ReadonlyMap<string, number> | undefined;

  constructor(vocabulary: Vocabulary, addedTokens: AddedTokens) {
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
    return { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true };
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

  /** Added tokens are spelt as they are; so is a token that is not in the byte alphabet, as Hugging Face has it. */
  #bytesOf(id: number): Uint8Array {
    const token = this.#vocabulary.tokenOf(id)!;
    this.#alphabet ??= unicodeToBytes();
    const alphabet = this.#alphabet;
    const bytes = Array.from(token, (character) => alphabet.get(character));
    return this.#addedTokens.has(id) || bytes.includes(undefined)
      ? new TextEncoder().encode(token)
      : Uint8Array.from(bytes as number[]);
  }
}
