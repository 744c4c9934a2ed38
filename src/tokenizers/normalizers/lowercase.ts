import { type MappedText, mapCharacters } from '../mappedText.js';
import type { Normalizer } from '../pipeline.js';

/** Makes every character lower case, each for itself: a final sigma becomes σ, as in Hugging Face's tokenizers. */
export function lowercaseNormalizer(): Normalizer {
  return { normalize: toLowercase, toJson: () => ({ type: 'Lowercase' }) };
}

/** A text with every character in lower case. */
export function toLowercase(text: MappedText): MappedText {
  return mapCharacters(text, lowerCharacter);
}

function lowerCharacter(codePoint: number): string | undefined {
  if (codePoint < 0x80) return codePoint >= 0x41 && codePoint <= 0x5a ? String.fromCharCode(codePoint + 32) : undefined;
  const character = String.fromCodePoint(codePoint);
  const lower = character.toLowerCase();
  return lower === character ? undefined : lower;
}
