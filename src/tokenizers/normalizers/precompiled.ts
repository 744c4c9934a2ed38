// SentencePiece compiles its rules of normalization (nmt_nfkc and the like) to a trie of what is replaced and a list of
// what it is replaced by. There are two readings of one map, which differ where a character is followed by combining
// marks: SentencePiece's own, which replaces the longest key at each place, and that of Hugging Face's tokenizers, which
// replaces short graphemes by what their shortest key stands for.

import { TokenizerError } from '../../errors/index.js';
import { bytesFromBase64, bytesToBase64 } from '../base64.js';
import { DoubleArrayTrie } from '../doubleArrayTrie.js';
import { type MappedText, MappedTextBuilder } from '../mappedText.js';
import type { Normalizer } from '../pipeline.js';

/** How the keys of a map are looked for: as SentencePiece does, or as Hugging Face's tokenizers do. */
export type PrecompiledMatching = 'longest' | 'grapheme';

/** Longer graphemes are replaced character by character. */
const MAX_GRAPHEME_BYTES = 5;

/**
 * SentencePiece's compiled rules of normalization.
 *
 * @param map the map, as bytes or as base64
 * @param matching how Hugging Face reads it by default
 * @throws TokenizerError if the map is damaged
 */
export function precompiledNormalizer(
  map: Uint8Array | string,
  matching: PrecompiledMatching = 'grapheme',
): Normalizer {
  const bytes = typeof map === 'string' ? bytesFromBase64(map) : map;
  const characters = bytes.length === 0 ? undefined : new CharacterMap(bytes);
  return {
    normalize: (text) => {
      if (characters === undefined) return text;
      return matching === 'longest' ? replaceLongest(text, characters) : replaceGraphemes(text, characters);
    },
    toJson: () => ({
      type: 'Precompiled',
      precompiled_charsmap: bytesToBase64(bytes),
      ...(matching === 'longest' && { matching }), // which Hugging Face's readers pass over
    }),
  };
}

/** What a map replaces, and by what. */
class CharacterMap {
  readonly #trie: DoubleArrayTrie;
  /** Strings of UTF-8, each ended by a zero. */
  readonly #replacements: Uint8Array;
  readonly #decoded = new Map<number, string>();

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const trieBytes = bytes.length < 4 ? Number.NaN : view.getUint32(0, true);
    if (!(trieBytes % 4 === 0 && 4 + trieBytes <= bytes.length)) {
      throw new TokenizerError('A character map does not have the size that it says.\nIs the file whole?');
    }
    const units = Uint32Array.from({ length: trieBytes / 4 }, (_, index) => view.getUint32(4 + 4 * index, true));
    this.#trie = new DoubleArrayTrie(units);
    this.#replacements = bytes.subarray(4 + trieBytes);
  }

  /** The length in bytes of the longest key there, and what it is replaced by. */
  longest(bytes: Uint8Array, start: number): { length: number; text: string } | undefined {
    let length = 0;
    let place = 0;
    this.#trie.prefixes(bytes, start, bytes.length, (keyLength, value) => {
      length = keyLength;
      place = value;
    });
    return length === 0 ? undefined : { length, text: this.#replacement(place) };
  }

  /** What the shortest key that begins `bytes` is replaced by. */
  shortest(bytes: Uint8Array): string | undefined {
    let place = -1;
    this.#trie.prefixes(bytes, 0, bytes.length, (_, value) => {
      if (place < 0) place = value;
    });
    return place < 0 ? undefined : this.#replacement(place);
  }

  #replacement(place: number): string {
    let text = this.#decoded.get(place);
    if (text === undefined) {
      const end = this.#replacements.indexOf(0, place);
      if (place >= this.#replacements.length || end < 0) {
        throw new TokenizerError('A character map points outside itself.\nIs the file whole?', { value: place });
      }
      text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#replacements.subarray(place, end));
      this.#decoded.set(place, text);
    }
    return text;
  }
}

function replaceLongest(source: MappedText, characters: CharacterMap): MappedText {
  const bytes = encoder.encode(source.text);
  const builder = new MappedTextBuilder(source);
  let kept = 0;
  let unit = 0;
  for (let at = 0; at < bytes.length; ) {
    const found = characters.longest(bytes, at);
    const end = at + (found?.length ?? lengthOfCharacter(bytes[at]!));
    const from = unit;
    for (; at < end && at < bytes.length; at += lengthOfCharacter(bytes[at]!)) unit += bytes[at]! >= 0xf0 ? 2 : 1;
    if (found === undefined) continue;
    builder.keep(kept, from);
    builder.put(found.text, from, unit);
    kept = unit;
  }
  if (kept === 0) return source;
  builder.keep(kept, source.length);
  return builder.build();
}

function replaceGraphemes(source: MappedText, characters: CharacterMap): MappedText {
  const builder = new MappedTextBuilder(source);
  let kept = 0;
  const replace = (part: string, at: number): boolean => {
    const replacement = characters.shortest(encoder.encode(part));
    if (replacement === undefined) return false;
    builder.keep(kept, at);
    builder.put(replacement, at, at + part.length);
    kept = at + part.length;
    return true;
  };
  for (const { segment, index } of graphemes(source.text)) {
    if (encoder.encode(segment).length <= MAX_GRAPHEME_BYTES && replace(segment, index)) continue;
    let at = index;
    for (const character of segment) {
      replace(character, at);
      at += character.length;
    }
  }
  if (kept === 0) return source;
  builder.keep(kept, source.length);
  return builder.build();
}

/** What a reader takes for one character. */
function graphemes(text: string): Iterable<{ segment: string; index: number }> {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

let segmenter: Intl.Segmenter | undefined;
const encoder = /* @__PURE__ */ new TextEncoder();

function lengthOfCharacter(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
