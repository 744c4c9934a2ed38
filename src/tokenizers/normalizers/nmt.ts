import { mapCharacters } from '../mappedText.js';
import type { Normalizer } from '../pipeline.js';

/** Code points that become a space, beside those from U+200B to U+200F. */
const SPACES = /* @__PURE__ */ new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1680, 0x2028, 0x2029, 0x2581, 0xfeff, 0xfffd]);
/** Control characters that stay. */
const KEPT = /* @__PURE__ */ new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d]);

/** Drops control characters and makes every kind of white space U+0020, as SentencePiece's rules for translation do. */
export function nmtNormalizer(): Normalizer {
  return { normalize: (text) => mapCharacters(text, rewrite), toJson: () => ({ type: 'Nmt' }) };
}

function rewrite(codePoint: number): string | undefined {
  if (SPACES.has(codePoint) || (codePoint >= 0x200b && codePoint <= 0x200f)) return ' ';
  const isControl = (codePoint < 0x20 && !KEPT.has(codePoint)) || [0x7f, 0x8f, 0x9f].includes(codePoint);
  return isControl ? '' : undefined;
}
