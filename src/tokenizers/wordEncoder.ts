import type { PieceBuffer } from './pieceBuffer.js';
import type { Model, SegmentEncoder, WordSplitter } from './pipeline.js';

/** Encodes words that are ranges of the text: the fastest way, for parts that leave the text as it is. */
export class WordEncoder implements SegmentEncoder {
  readonly #splitter: WordSplitter;
  readonly #model: Model;

  constructor(splitter: WordSplitter, model: Model) {
    this.#splitter = splitter;
    this.#model = model;
  }

  encode(text: string, start: number, end: number, pieces: PieceBuffer): void {
    const model = this.#model;
    this.#splitter.split(text, start, end, (wordStart, wordEnd) => {
      pieces.word++;
      model.encodeWord(text, wordStart, wordEnd, pieces);
    });
  }

  toJson(): ReturnType<SegmentEncoder['toJson']> {
    return { normalizer: null, pre_tokenizer: this.#splitter.toJson(), model: this.#model.toJson() };
  }
}
