import type { Decoder, Decoding, IdDecoder, JsonSection, TokenVocabulary } from '../pipeline.js';

/** Joins tokens as they are. */
export class FuseDecoder implements IdDecoder {
  readonly #vocabulary: TokenVocabulary;

  constructor(vocabulary: TokenVocabulary) {
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

/** Joins all tokens to one: what comes after it sees the text as a whole. */
export function fuseDecoder(): Decoder {
  return {
    start: (next) => ({
      text: (text) => next.text(text),
      endToken: () => {},
      end: () => {
        next.endToken();
        next.end();
      },
    }),
    toJson: () => ({ type: 'Fuse' }),
  };
}
