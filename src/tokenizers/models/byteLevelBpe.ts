import { TokenizerError } from '../../errors/index.js';
import { bytesToUnicode } from '../byteAlphabet.js';
import type { PieceBuffer } from '../pieceBuffer.js';
import type { JsonSection, Model } from '../pipeline.js';
import type { Vocabulary } from '../vocabulary.js';
import { BpeMerger } from './bpeMerger.js';
import type { MergeList } from './mergeList.js';

/** Longer words are rare, and rarer still a second time. */
const MAX_CACHED_UNITS = 32;
const MAX_CACHED_WORDS = 2 ** 16;
/** A shorter slice of a text is a copy in V8; a longer one keeps the whole text alive. */
const MIN_SLICE_THAT_SHARES = 13;
/** A UTF-16 code unit has at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

/** Byte-pair encoding that starts from the bytes of a word, as UTF-8: every text has a spelling. */
export class ByteLevelBpe implements Model {
  readonly #merger: BpeMerger;
  readonly #vocabulary: Vocabulary;
  readonly #merges: MergeList;
  /** The id of each byte, -1 for those that the vocabulary lacks. */
  readonly #byteIds: Int32Array;
  /** The number of bytes of each token: one for each character of the alphabet. */
  readonly #byteLengths: Int32Array;
  readonly #cache = new WordCache();
  readonly #scratch = new WordBytes(MAX_CACHED_UNITS);

  /** @param specialIds ids that text never becomes: merges into them are left out */
  constructor(vocabulary: Vocabulary, merges: MergeList, specialIds: ReadonlySet<number>) {
    this.#vocabulary = vocabulary;
    this.#merges = merges;
    this.#merger = new BpeMerger(merges, specialIds);
    this.#byteLengths = Int32Array.from({ length: vocabulary.size }, (_, id) => vocabulary.tokenOf(id)?.length ?? 0);
    this.#byteIds = Int32Array.from(bytesToUnicode(), (character) => {
      const id = vocabulary.idOf(character);
      return id === undefined || specialIds.has(id) ? -1 : id;
    });
  }

  encodeWord(text: string, start: number, end: number, pieces: PieceBuffer): void {
    if (end - start > MAX_CACHED_UNITS) {
      const word = new WordBytes(end - start);
      this.#append(word, this.#merge(word, text, start, end), start, pieces);
      return;
    }
    const word = text.slice(start, end);
    const cached = this.#cache.get(word);
    if (cached === undefined) {
      const count = this.#merge(this.#scratch, text, start, end);
      const first = pieces.length;
      this.#append(this.#scratch, count, start, pieces);
      this.#cache.add(word, start, pieces, first);
    } else if (cached >= 0) {
      pieces.push(cached, start, end);
    } else {
      this.#cache.append(cached, start, pieces);
    }
  }

  /** Makes the word's symbols its pieces, and returns how many there are. */
  #merge(word: WordBytes, text: string, start: number, end: number): number {
    const { symbols } = word;
    const length = word.write(text, start, end);
    for (let i = 0; i < length; i++) {
      const id = this.#byteIds[symbols[i]!]!;
      if (id < 0) throw missingByte(symbols[i]!, text, start + word.unitStarts[i]!);
      symbols[i] = id;
    }
    return this.#merger.merge(symbols, length);
  }

  #append(word: WordBytes, count: number, start: number, pieces: PieceBuffer): void {
    for (let i = 0, byte = 0; i < count; i++) {
      const id = word.symbols[i]!;
      const after = byte + this.#byteLengths[id]!;
      pieces.push(id, start + word.unitStarts[byte]!, start + word.unitEnds[after - 1]!);
      byte = after;
    }
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

/** The pieces of words met before, all in one array: an object a word would cost more than merging it anew. */
class WordCache {
  /** The id of a word that is one token; else ~index of where the word is in `#pieces`. */
  readonly #entries = new Map<string, number>();
  /** Of each word: how many pieces it has, then the id, start and end of each, from the start of the word. */
  #pieces = new Int32Array(2 ** 12);
  #length = 0;

  get(word: string): number | undefined {
    return this.#entries.get(word);
  }

  /** Remembers the pieces from index `first` on, of a word that starts at `start`. */
  add(word: string, start: number, pieces: PieceBuffer, first: number): void {
    if (this.#entries.size >= MAX_CACHED_WORDS) {
      this.#entries.clear();
      this.#length = 0;
    }
    const key = word.length < MIN_SLICE_THAT_SHARES ? word : ` ${word}`.slice(1);
    const count = pieces.length - first;
    if (count === 1) {
      this.#entries.set(key, pieces.id(first));
      return;
    }
    this.#entries.set(key, ~this.#length);
    if (this.#length + 3 * count + 1 > this.#pieces.length) {
      const longer = new Int32Array(2 * this.#pieces.length);
      longer.set(this.#pieces);
      this.#pieces = longer;
    }
    this.#pieces[this.#length++] = count;
    for (let i = first; i < pieces.length; i++) {
      this.#pieces[this.#length++] = pieces.id(i);
      this.#pieces[this.#length++] = pieces.start(i) - start;
      this.#pieces[this.#length++] = pieces.end(i) - start;
    }
  }

  /** Appends the pieces of an entry that is negative. */
  append(entry: number, start: number, pieces: PieceBuffer): void {
    const all = this.#pieces;
    let at = ~entry;
    for (let left = all[at++]!; left > 0; left--, at += 3) {
      pieces.push(all[at]!, start + all[at + 1]!, start + all[at + 2]!);
    }
  }
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
