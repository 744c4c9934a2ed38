import type { Decoder, Decoding, IdDecoder, Json, TokenSink, TokenVocabulary } from '../pipeline.js';

/** Turns ids into tokens, and these into text by a decoder; without one, tokens have spaces between them. */
export class TokenDecoder implements IdDecoder {
  readonly #decoder: Decoder | undefined;
  readonly #vocabulary: TokenVocabulary;

  constructor(decoder: Decoder | undefined, vocabulary: TokenVocabulary) {
    this.#decoder = decoder;
    this.#vocabulary = vocabulary;
  }

  start(): Decoding {
    let output = '';
    const collector: TokenSink = {
      text: (text) => {
        output += text;
      },
      endToken: () => {},
      end: () => {},
    };
    const begin = () => (this.#decoder === undefined ? spaced(collector) : this.#decoder.start(collector));
    const take = () => {
      const text = output;
      output = '';
      return text;
    };
    let sink = begin();
    return {
      push: (ids) => {
        for (const id of ids) {
          sink.text(this.#vocabulary.tokenOf(id)!);
          sink.endToken();
        }
        return take();
      },
      end: () => {
        sink.end();
        sink = begin();
        return take();
      },
    };
  }

  toJson(): Json {
    return this.#decoder?.toJson() ?? null;
  }
}

function spaced(next: TokenSink): TokenSink {
  let between = '';
  return {
    text: (text) => {
      next.text(between + text);
      between = '';
    },
    endToken: () => {
      between = ' ';
    },
    end: () => next.end(),
  };
}
