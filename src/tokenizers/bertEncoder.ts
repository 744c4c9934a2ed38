// BERT's way with text, fast. What its normalizer and pre-tokenizer make of a text is what they make of its chunks, where
// it is cut at white space, and before and after Han characters and punctuation: nothing there joins what stands on both
// sides. So text is cut first, and chunks met before are not looked at again. New ones of ASCII letters and digits are one
// word, which needs no more than lower case; all others go through the parts themselves.

import { isHan, isPunctuation, isWhiteSpace } from './characterClass.js';
import { MappedEncoder } from './mappedEncoder.js';
import type { BertNormalizer } from './normalizers/bert.js';
import { PieceBuffer } from './pieceBuffer.js';
import type { Model, SegmentEncoder } from './pipeline.js';
import type { BertPreTokenizer } from './preTokenizers/bert.js';
import { WordCache } from './wordCache.js';

// Classes of UTF-16 units, as bits; 0 is a class not found out yet. Chunks are of the first two.
/** Letters and digits of ASCII. */
const PLAIN = 1;
/** Anything else that words are made of, or that is dropped. */
const OTHER = 2;
/** White space. */
const SPACE = 4;
/** What is a word by itself: Han characters and punctuation. */
const SINGLE = 8;

const UNKNOWN = -1;
/** A single character that is not just one piece. */
const SEVERAL = -2;

/** Encodes through a BERT normalizer and pre-tokenizer that never keep words whole, and any model. */
export class BertEncoder implements SegmentEncoder {
  readonly #exact: MappedEncoder;
  readonly #normalizer: BertNormalizer;
  readonly #model: Model;
  readonly #cache = new WordCache();
  readonly #word = new PieceBuffer();
  /** By UTF-16 unit: its class, and the id of each that is a word by itself; made when they are needed. */
  #classes: Uint8Array | undefined;
  #singleIds: Int32Array | undefined;

  constructor(normalizer: BertNormalizer, preTokenizer: BertPreTokenizer, model: Model) {
    this.#exact = new MappedEncoder({ normalizer, preTokenizer, model, addedTokens: undefined });
    this.#normalizer = normalizer;
    this.#model = model;
  }

  encode(text: string, start: number, end: number, pieces: PieceBuffer): void {
    this.#classes ??= new Uint8Array(2 ** 16);
    this.#singleIds ??= new Int32Array(2 ** 16).fill(UNKNOWN);
    const classes = this.#classes;
    const singleIds = this.#singleIds;
    const { splitHan } = this.#normalizer.options;
    for (let at = start; at < end; ) {
      const unit = text.charCodeAt(at);
      let kind = classes[unit]! || classify(unit, splitHan, classes);
      if (kind === SPACE) {
        at++;
      } else if (kind === SINGLE) {
        const id = singleIds[unit]!;
        if (id >= 0) {
          pieces.word++;
          pieces.push(id, at, at + 1);
        } else {
          this.#encodeSingle(text, at, pieces, singleIds);
        }
        at++;
      } else {
        let chunkEnd = at + 1;
        for (; chunkEnd < end; chunkEnd++) {
          const nextUnit = text.charCodeAt(chunkEnd);
          const next = classes[nextUnit]! || classify(nextUnit, splitHan, classes);
          if (next >= SPACE) break;
          kind |= next;
        }
        this.#encodeChunk(text, at, chunkEnd, kind === PLAIN, pieces);
        at = chunkEnd;
      }
    }
  }

  toJson(): ReturnType<SegmentEncoder['toJson']> {
    return this.#exact.toJson();
  }

  #encodeSingle(text: string, at: number, pieces: PieceBuffer, singleIds: Int32Array): void {
    const first = pieces.length;
    const unit = text.charCodeAt(at);
    if (isNeverRewritten(unit)) {
      pieces.word++;
      this.#model.encodeWord(text, at, at + 1, pieces);
    } else {
      this.#exact.encode(text, at, at + 1, pieces, false);
    }
    if (singleIds[unit] === UNKNOWN) singleIds[unit] = pieces.length === first + 1 ? pieces.id(first) : SEVERAL;
  }

  #encodeChunk(text: string, start: number, end: number, isPlain: boolean, pieces: PieceBuffer): void {
    const { length, word } = pieces;
    pieces.word++;
    if (this.#cache.append(text, start, end, pieces)) return;
    pieces.word--;
    this.#encodeNew(text, start, end, isPlain, pieces);
    if (pieces.word === word + 1) this.#cache.add(text, start, end, pieces, length); // most chunks are one word
  }

  #encodeNew(text: string, start: number, end: number, isPlain: boolean, pieces: PieceBuffer): void {
    if (!isPlain) {
      this.#exact.encode(text, start, end, pieces, false);
      return;
    }
    pieces.word++;
    if (!this.#normalizer.options.lowercase) {
      this.#model.encodeWord(text, start, end, pieces);
      return;
    }
    const word = this.#word;
    word.clear();
    this.#model.encodeWord(text.slice(start, end).toLowerCase(), 0, end - start, word);
    for (let i = 0; i < word.length; i++) pieces.push(word.id(i), start + word.start(i), start + word.end(i));
  }
}

function classify(unit: number, splitHan: boolean, classes: Uint8Array): number {
  const found = classOf(unit, splitHan);
  classes[unit] = found;
  return found;
}

function classOf(unit: number, splitHan: boolean): number {
  if ((unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a)) return PLAIN;
  // Line tabulation, form feed and next line are white space to Unicode, and dropped as control characters here.
  if (unit === 0x0b || unit === 0x0c || unit === 0x85) return OTHER;
  if (isWhiteSpace(unit)) return SPACE;
  if (isHan(unit)) return splitHan ? SINGLE : OTHER;
  return isPunctuationOnly(unit) ? SINGLE : OTHER;
}

/** Whether a character that is a word by itself is one, as it is, whatever the normalizer's options. */
function isNeverRewritten(unit: number): boolean {
  return unit < 0x80 || (unit >= 0x3400 && unit <= 0x9fff); // Han characters after these have decompositions
}

/** Whether a character is punctuation, and stays so when it is decomposed. */
function isPunctuationOnly(unit: number): boolean {
  if (!isPunctuation(unit)) return false;
  return [...String.fromCharCode(unit).normalize('NFD')].every((character) => isPunctuation(character.codePointAt(0)!));
}
