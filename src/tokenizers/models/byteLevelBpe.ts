import { TokenizerError } from '../../errors/index.js';
import { bytesToUnicode } from '../byteAlphabet.js';
import { addPiece, type JsonSection, type Model, type Pieces } from '../pipeline.js';
import type { Vocabulary } from '../vocabulary.js';
import { BpeMerger } from './bpeMerger.js';
import type { MergeList } from './mergeList.js';

/** Longer words are rare, and rarer still a second time. */
const MAX_CACHED_UNITS = 32;
const MAX_CACHED_WORDS = 2 ** 16;
/** A UTF-16 code unit has at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

/** The pieces of a word: its id if it is one token, else ids and offsets from the word's start. */
type WordPieces = number | { readonly ids: Int32Array; readonly offsets: Int32Array };

/** Byte-pair encoding that starts from the bytes of a word, as UTF-8: every text has a spelling. */
export class ByteLevelBpe implements Model {
  readonly merger: BpeMerger;
  readonly #vocabulary: Vocabulary;
  readonly #merges: MergeList;
  /** The id of each byte, -1 for those that the vocabulary lacks. */
  readonly #byteIds: Int32Array;
  readonly #cache = new Map<string, WordPieces>();
  readonly #scratch = new WordBytes(MAX_CACHED_UNITS);

  /** @param specialIds ids that text never becomes: merges into them are left out */
  constructor(vocabulary: Vocabulary, merges: MergeList, specialIds: ReadonlySet<number>) {
    this.#vocabulary = vocabulary;
    this.#merges = merges;
    this.merger = new BpeMerger(merges, specialIds);
    this.#byteIds = Int32Array.from(bytesToUnicode(), (character) => {
      const id = vocabulary.idOf(character);
      return id === undefined || specialIds.has(id) ? -1 : id;
    });
  }

  encodeWord(text: string, start: number, end: number, pieces: Pieces): void {
    if (end - start > MAX_CACHED_UNITS) {
      appendPieces(this.#merge(new WordBytes(end - start), text, start, end), start, end, pieces);
      return;
    }
    const word = text.slice(start, end);
    let found = this.#cache.get(word);
    if (found === undefined) {
      found = this.#merge(this.#scratch, text, start, end);
      if (this.#cache.size >= MAX_CACHED_WORDS) this.#cache.clear();
      // V8's slice keeps the whole text alive; the detour makes a string of its own.
      this.#cache.set(` ${word}`.slice(1), found);
    }
    appendPieces(found, start, end, pieces);
  }

  #merge(word: WordBytes, text: string, start: number, end: number): WordPieces {
    const { symbols } = word;
    const length = word.write(text, start, end);
    for (let i = 0; i < length; i++) {
      const id = this.#byteIds[symbols[i]!]!;
      if (id < 0) throw missingByte(symbols[i]!, text, start + word.unitStarts[i]!);
      symbols[i] = id;
    }
    const count = this.merger.merge(symbols, length);
    if (count === 1) return symbols[0]!;
    const ids = symbols.slice(0, count);
    const offsets = new Int32Array(2 * count);
    for (let i = 0, byte = 0; i < count; i++) {
      // One character of the alphabet is one byte.
      const after = byte + this.#vocabulary.tokenOf(ids[i]!)!.length;
      offsets[2 * i] = word.unitStarts[byte]!;
      offsets[2 * i + 1] = word.unitEnds[after - 1]!;
      byte = after;
    }
    return { ids, offsets };
  }

  toJson(): JsonSection {
    const { left, right } = this.#merges;
    const token = (id: number) => this.#vocabulary.tokenOf(id)!;
    return {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: this.#vocabulary.toJson(),
      merges: Array.from(left, (id, rank) => [token(id), token(right[rank]!)]),
    };
  }
}

function appendPieces(word: WordPieces, start: number, end: number, pieces: Pieces): void {
  if (typeof word === 'number') {
    addPiece(pieces, word, start, end);
    return;
  }
  const { ids, offsets } = word;
  for (let i = 0; i < ids.length; i++) addPiece(pieces, ids[i]!, start + offsets[2 * i]!, start + offsets[2 * i + 1]!);
}

/** A word as UTF-8, with the UTF-16 code units [start, end) of the character that each byte is of. */
class WordBytes {
  /** Bytes, which the model replaces by ids. */
  readonly symbols: Int32Array;
  readonly unitStarts: Int32Array;
  readonly unitEnds: Int32Array;

  constructor(units: number) {
    this.symbols = new Int32Array(BYTES_PER_UNIT * units);
    this.unitStarts = new Int32Array(BYTES_PER_UNIT * units);
    this.unitEnds = new Int32Array(BYTES_PER_UNIT * units);
  }

  /** @returns the number of bytes; a lone surrogate is written as U+FFFD */
  write(text: string, start: number, end: number): number {
    const { symbols, unitStarts, unitEnds } = this;
    let length = 0;
    for (let position = start; position < end; ) {
      const first = length;
      let codePoint = text.charCodeAt(position);
      let units = 1;
      if (codePoint < 0x80) {
        symbols[length++] = codePoint;
      } else if (codePoint < 0x800) {
        symbols[length++] = 0xc0 | (codePoint >> 6);
        symbols[length++] = 0x80 | (codePoint & 0x3f);
      } else {
        if ((codePoint & 0xf800) === 0xd800) {
          const low = position + 1 < end ? text.charCodeAt(position + 1) : 0;
          if (codePoint < 0xdc00 && (low & 0xfc00) === 0xdc00) {
            codePoint = ((codePoint - 0xd800) << 10) + (low - 0xdc00) + 0x10000;
            units = 2;
          } else {
            codePoint = 0xfffd;
          }
        }
        if (codePoint < 0x10000) {
          symbols[length++] = 0xe0 | (codePoint >> 12);
        } else {
          symbols[length++] = 0xf0 | (codePoint >> 18);
          symbols[length++] = 0x80 | ((codePoint >> 12) & 0x3f);
        }
        symbols[length++] = 0x80 | ((codePoint >> 6) & 0x3f);
        symbols[length++] = 0x80 | (codePoint & 0x3f);
      }
      for (let byte = first; byte < length; byte++) {
        unitStarts[byte] = position - start;
        unitEnds[byte] = position - start + units;
      }
      position += units;
    }
    return length;
  }
}

function missingByte(byte: number, text: string, offset: number): TokenizerError {
  const hex = `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return new TokenizerError(
    `encode: the vocabulary has no token for the byte ${hex} of ${JSON.stringify(String.fromCodePoint(text.codePointAt(offset)!))} at offset ${offset}.\n` +
      `A byte-level vocabulary that takes any text has a token for each of the 256 bytes; this one is ${JSON.stringify(bytesToUnicode()[byte])}.`,
    { value: byte },
  );
}
