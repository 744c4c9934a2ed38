import type { Decoder, Decoding, JsonSection } from '../pipeline.js';
import type { Vocabulary } from '../vocabulary.js';

/** Joins tokens as they are. */
export class FuseDecoder implements Decoder {
  readonly #vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  start(): Decoding {
    return {
      push: (ids) => Array.from(ids, (id) => this.#vocabulary.tokenOf(id)!).join(''),
      end: () => '',
    };
  }

  toJson(): JsonSection {
    return { type: 'Fuse' };
  }
}
