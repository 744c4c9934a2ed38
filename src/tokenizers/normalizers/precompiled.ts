// SentencePiece compiles its rules of normalization (nmt_nfkc and the like) to a trie of what is replaced and a list of
// what it is replaced by. There are two readings of one map, which differ where a character is followed by combining
// marks: SentencePiece's own, which replaces the longest key at each place, and that of Hugging Face's tokenizers, which
// replaces short graphemes by what their shortest key stands for.

import { TokenizerError } from '../../errors/index.js';
import { bytesFromBase64, bytesToBase64 } from '../base64.js';
import { type CharacterClass, remembered } from '../characterClass.js';
import { DoubleArrayTrie } from '../doubleArrayTrie.js';
import { visitGraphemes } from '../graphemes.js';
import { type MappedText, MappedTextBuilder } from '../mappedText.js';
import type { Normalizer } from '../pipeline.js';

/** How the keys of a map are looked for: as SentencePiece does, or as Hugging Face's tokenizers do. */
export type PrecompiledMatching = 'longest' | 'grapheme';

/** Longer graphemes are replaced character by character. */
const MAX_GRAPHEME_BYTES = 5;
/** ASCII has so many characters. */
const ASCII = 0x80;

const UNKNOWN = 0;
const NEVER = 1;
const PERHAPS = 2;

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
  /** Of two ASCII characters side by side, whether a key may begin there: UNKNOWN, NEVER or PERHAPS. */
  readonly #beginnings = new Uint8Array(ASCII * ASCII);

  /** Whether a character by itself stays as it is. */
  readonly keeps: CharacterClass = remembered((character) => this.shortest(encoder.encode(character)) === undefined);

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

  /** Whether no key begins with these two ASCII characters, or with the first of them alone. */
  passesOver(byte: number, next: number): boolean {
    const pair = ASCII * byte + next;
    if (this.#beginnings[pair] === UNKNOWN) {
      let isKey = false;
      const matched = this.#trie.prefixes(Uint8Array.of(byte, next), 0, 2, () => {
        isKey = true;
      });
      this.#beginnings[pair] = isKey || matched === 2 ? PERHAPS : NEVER;
    }
    return this.#beginnings[pair] === NEVER;
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
    const next = bytes[at + 1] ?? ASCII;
    if (bytes[at]! < ASCII && next < ASCII && characters.passesOver(bytes[at]!, next)) {
      at++;
      unit++;
      continue;
    }
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
  const { text } = source;
  const builder = new MappedTextBuilder(source);
  let kept = 0;
  const replace = (start: number, end: number): boolean => {
    const bytes = encoder.encode(text.slice(start, end));
    const replacement = bytes.length > MAX_GRAPHEME_BYTES ? undefined : characters.shortest(bytes);
    if (replacement === undefined) return false;
    builder.keep(kept, start);
    builder.put(replacement, start, end);
    kept = end;
    return true;
  };
  visitGraphemes(text, (start, end) => {
    for (let at = start; at < end; ) {
      const codePoint = text.codePointAt(at)!;
      const next = at + (codePoint > 0xffff ? 2 : 1);
      if (at === start && next < end && replace(start, end)) return;
      if (!characters.keeps(codePoint)) replace(at, next);
      at = next;
    }
  });
  if (kept === 0) return source;
  builder.keep(kept, source.length);
  return builder.build();
}

const encoder = /* @__PURE__ */ new TextEncoder();

function lengthOfCharacter(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
