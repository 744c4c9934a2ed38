import { TokenizerError } from '../../errors/index.js';
import { bytesToUnicode } from '../byteAlphabet.js';
import type { PieceBuffer } from '../pieceBuffer.js';
import type { JsonSection, Model } from '../pipeline.js';
import type { Vocabulary } from '../vocabulary.js';
import { MAX_CACHED_UNITS, WordCache } from '../wordCache.js';
import { BpeMerger } from './bpeMerger.js';
import { type MergeList, mergesToJson } from './mergeList.js';

/** A UTF-16 code unit has at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;
/** The bits that mark the first byte of a character, by how many bytes follow it. */
const FIRST_BYTES = [0, 0xc0, 0xe0, 0xf0];

/** Byte-pair encoding that starts from the bytes of a word, as UTF-8: every text has a spelling. */
export class ByteLevelBpe implements Model {
  readonly vocabulary: Vocabulary;
  readonly #merger: BpeMerger;
  readonly #merges: MergeList;
  /** The id of each byte, -1 for those that the vocabulary lacks. */
  readonly #byteIds: Int32Array;
  readonly #cache = new WordCache();
  readonly #scratch = new WordBytes(MAX_CACHED_UNITS);

  /**
   * @param specialIds ids that text never becomes: merges into them are left out
   * @throws TokenizerError if one of them is a byte
   */
  constructor(vocabulary: Vocabulary, merges: MergeList, specialIds: ReadonlySet<number>) {
    this.vocabulary = vocabulary;
    this.#merges = merges;
    this.#merger = new BpeMerger(merges, specialIds);
    this.#byteIds = Int32Array.from(bytesToUnicode(), (character) => {
      const id = vocabulary.idOf(character) ?? -1;
      if (!specialIds.has(id)) return id;
      throw new TokenizerError(
        `The special token ${JSON.stringify(character)} spells a byte, which is for text.\nMake it longer.`,
        { value: character },
      );
    });
  }

  encodeWord(text: string, start: number, end: number, pieces: PieceBuffer): void {
    if (this.#cache.append(text, start, end, pieces)) return;
    const first = pieces.length;
    this.#encode(text, start, end, pieces);
    this.#cache.add(text, start, end, pieces, first);
  }

  #encode(text: string, start: number, end: number, pieces: PieceBuffer): void {
    const word = end - start > MAX_CACHED_UNITS ? new WordBytes(end - start) : this.#scratch;
    const { symbols, unitStarts } = word;
    const length = word.write(text, start, end);
    for (let i = 0; i < length; i++) {
      const id = this.#byteIds[symbols[i]!]!;
      if (id < 0) throw missingByte(symbols[i]!, text, start + unitStarts[i]!);
      symbols[i] = id;
    }
    const count = this.#merger.merge(symbols, length);
    const { firsts } = this.#merger;
    for (let i = 0; i < count; i++) {
      let after = i + 1 < count ? firsts[i + 1]! : length;
      while (unitStarts[after] === unitStarts[after - 1]) after++; // to the end of its last character
      pieces.push(symbols[i]!, start + unitStarts[firsts[i]!]!, start + unitStarts[after]!);
    }
  }

  toJson(): JsonSection {
    return {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: this.vocabulary.toJson(),
      merges: mergesToJson(this.#merges, this.vocabulary),
    };
  }
}

/** A word as UTF-8, with where in the word, in UTF-16 code units, the character starts that each byte is of. */
class WordBytes {
  /** Bytes, which the model replaces by ids. */
  readonly symbols: Int32Array;
  /** One more than there are bytes: the last is where the word ends. */
  readonly unitStarts: Int32Array;

  constructor(units: number) {
    this.symbols = new Int32Array(BYTES_PER_UNIT * units);
    this.unitStarts = new Int32Array(BYTES_PER_UNIT * units + 1);
  }

  /** @returns the number of bytes; a lone surrogate is written as U+FFFD */
  write(text: string, start: number, end: number): number {
    const { symbols, unitStarts } = this;
    let length = 0;
    for (let position = start; position < end; ) {
      let codePoint = text.codePointAt(position)!;
      const units = codePoint > 0xffff ? 2 : 1;
      if ((codePoint & 0x1ff800) === 0xd800) codePoint = 0xfffd; // a lone surrogate
      const following = codePoint < 0x800 ? Number(codePoint >= 0x80) : units + 1;
      let mark = FIRST_BYTES[following]! || codePoint;
      for (let shift = 6 * following; shift >= 0; shift -= 6) {
        unitStarts[length] = position - start;
        symbols[length++] = mark | ((codePoint >> shift) & 0x3f);
        mark = 0x80;
      }
      position += units;
    }
    unitStarts[length] = end - start;
    return length;
  }
}

function missingByte(byte: number, text: string, offset: number): TokenizerError {
  const spelling = JSON.stringify(bytesToUnicode()[byte]);
  const character = JSON.stringify(String.fromCodePoint(text.codePointAt(offset)!));
  return new TokenizerError(
    `encode: the vocabulary has no ${spelling} for the byte 0x${byte.toString(16)} of ${character} at offset ${offset}.\n` +
      'Give it all 256 bytes.',
    { value: byte },
  );
}
