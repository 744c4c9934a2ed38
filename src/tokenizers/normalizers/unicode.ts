import { type MappedText, MappedTextBuilder } from '../mappedText.js';
import type { Normalizer } from '../pipeline.js';

/** Unicode's normalization forms. */
export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/**
 * Longer runs of combining marks are normalized in parts: putting a run into canonical order takes quadratic time, and
 * no language has runs of more than a few (UAX 15 calls text stream-safe that has at most 30).
 */
const MAX_CLUSTER = 128;

/** Unicode's normalization form C: characters composed where they can be. */
export function nfcNormalizer(): Normalizer {
  return unicodeNormalizer('NFC');
}

/** Unicode's normalization form D: characters decomposed. */
export function nfdNormalizer(): Normalizer {
  return unicodeNormalizer('NFD');
}

/** Unicode's normalization form KC: compatibility characters (full width, ligatures) replaced, then composed. */
export function nfkcNormalizer(): Normalizer {
  return unicodeNormalizer('NFKC');
}

/** Unicode's normalization form KD: compatibility characters replaced, then decomposed. */
export function nfkdNormalizer(): Normalizer {
  return unicodeNormalizer('NFKD');
}

function unicodeNormalizer(form: UnicodeForm): Normalizer {
  return { normalize: (text) => toUnicodeForm(text, form), toJson: () => ({ type: form }) };
}

/**
 * A text in a normalization form. A character that several were composed to covers them all; what one was decomposed to
 * covers it. JavaScript normalizes without saying what came from where, so it is given one cluster at a time: a character
 * with all that may join it.
 */
export function toUnicodeForm(source: MappedText, form: UnicodeForm): MappedText {
  const { text } = source;
  if (isAscii(text)) return source;
  const builder = new MappedTextBuilder(source);
  let kept = 0;
  for (let start = 0; start < text.length; ) {
    const end = clusterEnd(text, start, form);
    const cluster = text.slice(start, end);
    const normal = cluster.normalize(form);
    if (normal !== cluster) {
      builder.keep(kept, start);
      putCluster(builder, cluster, normal, start, form);
      kept = end;
    }
    start = end;
  }
  if (kept === 0) return source;
  builder.keep(kept, text.length);
  return builder.build();
}

/** Puts a normalized cluster: character by character where that gives the same, else as a whole. */
function putCluster(
  builder: MappedTextBuilder,
  cluster: string,
  normal: string,
  start: number,
  form: UnicodeForm,
): void {
  const characters = [...cluster];
  const parts = characters.map((character) => character.normalize(form));
  if (parts.join('') !== normal) {
    builder.put(normal, start, start + cluster.length);
    return;
  }
  let at = start;
  for (const [index, character] of characters.entries()) {
    builder.put(parts[index]!, at, at + character.length);
    at += character.length;
  }
}

function clusterEnd(text: string, start: number, form: UnicodeForm): number {
  let end = start;
  for (let count = 0; end < text.length && count < MAX_CLUSTER; count++) {
    const codePoint = text.codePointAt(end)!;
    if (count > 0 && !mayJoin(codePoint, form)) break;
    end += codePoint > 0xffff ? 2 : 1;
  }
  return end;
}

/** Whether the character may compose with, or be ordered before, what stands before it. */
function mayJoin(codePoint: number, form: UnicodeForm): boolean {
  if (codePoint < 0x300) return false;
  const decomposed = form === 'NFC' || form === 'NFD' ? 'NFD' : 'NFKD';
  const known = joining[decomposed];
  let joins = known.get(codePoint);
  if (joins === undefined) {
    // A compatibility character may stand for one that joins: halfwidth sound marks do.
    joins = JOINS.test(String.fromCodePoint(codePoint).normalize(decomposed));
    known.set(codePoint, joins);
  }
  return joins;
}

/** Marks, and the letters that compose with what stands before them: vowels and finals of hangul, and one of Kirat Rai. */
const JOINS = /^[\p{M}\u1161-\u1175\u11a8-\u11c2\u{16d67}]/u;

/** What was found out about characters, by what they were decomposed to. */
const joining = { NFD: new Map<number, boolean>(), NFKD: new Map<number, boolean>() };

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
