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
  /** The pieces of one word, with offsets in it. */
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
    const words = this.#parts.preTokenizer?.preTokenize(text) ?? [text];
    for (const word of words) if (word.length > 0) this.#encodeWord(word, pieces);
  }

  #encodeWord(word: MappedText, pieces: PieceBuffer): void {
    const { length } = word;
    const own = this.#pieces;
    pieces.word++;
    own.clear();
    if (!this.#cache.append(word.text, 0, length, own)) {
      this.#parts.model.encodeWord(word.text, 0, length, own);
      this.#cache.add(word.text, 0, length, own, 0);
    }
    for (let i = 0; i < own.length; i++) pieces.push(own.id(i), word.start(own.start(i)), word.end(own.end(i) - 1));
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
