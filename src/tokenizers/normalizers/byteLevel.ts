import { bytesToUnicode } from '../byteAlphabet.js';
import { type MappedText, mapCharacters } from '../mappedText.js';
import type { Normalizer } from '../pipeline.js';

/** Spells the bytes of a text, as UTF-8, in GPT-2's alphabet of 256 visible characters. */
export function byteLevelNormalizer(): Normalizer {
  return { normalize: toByteAlphabet, toJson: () => ({ type: 'ByteLevel' }) };
}

let alphabet: readonly string[] | undefined;

/** A text in the byte alphabet. Each character of it covers the character that its byte is of. */
export function toByteAlphabet(text: MappedText): MappedText {
  alphabet ??= bytesToUnicode();
  const spelling = alphabet;
  const encoder = new TextEncoder();
  return mapCharacters(text, (codePoint) => {
    if (codePoint > 0x20 && codePoint < 0x7f) return undefined; // stands for itself
    return Array.from(encoder.encode(String.fromCodePoint(codePoint)), (byte) => spelling[byte]!).join('');
  });
}
