import type { AddedTokens } from './addedTokens.js';
import { MappedText } from './mappedText.js';
import { PieceBuffer } from './pieceBuffer.js';
import type { Model, Normalizer, PreTokenizer, SegmentEncoder } from './pipeline.js';
import { wellFormed } from './wellFormed.js';
import { WordCache } from './wordCache.js';

/** What a `MappedEncoder` is made of. */
export interface MappedEncoderParts {
  readonly normalizer: Normalizer | undefined;
  /** Without one a text is one word. */
  readonly preTokenizer: PreTokenizer | undefined;
  readonly model: Model;
  /** Added tokens that are looked for in the normalized text. */
  readonly addedTokens: AddedTokens | undefined;
}

/** Encodes text through any parts, and keeps account of where each character came from. */
export class MappedEncoder implements SegmentEncoder {
  readonly #parts: MappedEncoderParts;
  /** Words by what they were rewritten to. */
  readonly #cache = new WordCache();
  /** The pieces of one word, with offsets in the text that it is in. */
  readonly #pieces = new PieceBuffer();

  constructor(parts: MappedEncoderParts) {
    this.#parts = parts;
  }

  encode(text: string, start: number, end: number, pieces: PieceBuffer, parseSpecialTokens: boolean): void {
    if (start === end) return;
    const { normalizer, addedTokens } = this.#parts;
    const source = MappedText.of(wellFormed(text.slice(start, end)), start);
    const normalized = normalizer?.normalize(source) ?? source;
    let position = 0;
    for (const found of addedTokens?.find(normalized.text, parseSpecialTokens) ?? []) {
      this.#encodeWords(normalized.slice(position, found.start), pieces);
      const place = { start: normalized.start(found.start), end: normalized.end(found.end - 1) };
      addedTokens!.push({ id: found.id, ...place }, pieces);
      position = found.end;
    }
    this.#encodeWords(normalized.slice(position, normalized.length), pieces);
  }

  #encodeWords(text: MappedText, pieces: PieceBuffer): void {
    if (text.length === 0) return;
    const { preTokenizer } = this.#parts;
    if (preTokenizer?.visitWords !== undefined) {
      preTokenizer.visitWords(text.text, (start, end) => this.#encodeWord(text, start, end, pieces));
      return;
    }
    const words = preTokenizer?.preTokenize(text) ?? [text];
    for (const word of words) if (word.length > 0) this.#encodeWord(word, 0, word.length, pieces);
  }

  /** Encodes the units [start, end). */
  #encodeWord(text: MappedText, start: number, end: number, pieces: PieceBuffer): void {
    const own = this.#pieces;
    pieces.word++;
    own.clear();
    if (!this.#cache.append(text.text, start, end, own)) {
      this.#parts.model.encodeWord(text.text, start, end, own);
      this.#cache.add(text.text, start, end, own, 0);
    }
    for (let i = 0; i < own.length; i++) pieces.push(own.id(i), text.start(own.start(i)), text.end(own.end(i) - 1));
  }

  toJson(): ReturnType<SegmentEncoder['toJson']> {
    const { normalizer, preTokenizer, model } = this.#parts;
    return {
      normalizer: normalizer?.toJson() ?? null,
      pre_tokenizer: preTokenizer?.toJson() ?? null,
      model: model.toJson(),
    };
  }
}
