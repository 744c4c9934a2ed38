import { type CharacterClass, remembered } from '../characterClass.js';
import { type MappedText, MappedTextBuilder } from '../mappedText.js';
import type { Normalizer } from '../pipeline.js';

/** Unicode's normalization forms. */
export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/**
 * Longer runs of combining marks are normalized in parts: putting a run into canonical order takes quadratic time, and
 * no language has runs of more than a few (UAX 15 calls text stream-safe that has at most 30).
 */
const MAX_CLUSTER = 128;
/** How many UTF-16 units are normalized at once, to see whether anything changes. */
const BLOCK = 64;

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
 * with all that may join it. Most text is in its form already, which is found out for many clusters at once.
 */
export function toUnicodeForm(source: MappedText, form: UnicodeForm): MappedText {
  const { text } = source;
  const mayJoin = form === 'NFC' || form === 'NFD' ? mayJoinCanonically : mayJoinCompatibly;
  let builder: MappedTextBuilder | undefined;
  let kept = 0;
  for (let start = 0; start < text.length; ) {
    let end = start;
    while (end < text.length && end < start + BLOCK) end = clusterEnd(text, end, mayJoin);
    const block = text.slice(start, end);
    if (block.normalize(form) !== block) {
      builder ??= new MappedTextBuilder(source);
      builder.keep(kept, start);
      for (let at = start; at < end; ) {
        const next = clusterEnd(text, at, mayJoin);
        putCluster(builder, text.slice(at, next), at, form);
        at = next;
      }
      kept = end;
    }
    start = end;
  }
  if (builder === undefined) return source;
  builder.keep(kept, text.length);
  return builder.build();
}

/** Puts a cluster, normalized: character by character as far as that gives the same, and what is left as a whole. */
function putCluster(builder: MappedTextBuilder, cluster: string, start: number, form: UnicodeForm): void {
  const normal = cluster.normalize(form);
  if (normal === cluster) {
    builder.keep(start, start + cluster.length);
    return;
  }
  let from = 0; // in the cluster
  let to = 0; // in what it becomes
  for (const character of cluster) {
    const part = character.normalize(form);
    if (!normal.startsWith(part, to)) break;
    builder.put(part, start + from, start + from + character.length);
    from += character.length;
    to += part.length;
  }
  if (to < normal.length) builder.put(normal.slice(to), start + from, start + cluster.length);
}

function clusterEnd(text: string, start: number, mayJoin: CharacterClass): number {
  let end = start;
  for (let count = 0; end < text.length && count < MAX_CLUSTER; count++) {
    const codePoint = text.codePointAt(end)!;
    if (count > 0 && !mayJoin(codePoint)) break;
    end += codePoint > 0xffff ? 2 : 1;
  }
  return end;
}

/** Whether a character may compose with, or be ordered before, what stands before it. */
const mayJoinCanonically = /* @__PURE__ */ remembered((character) => JOINS.test(character.normalize('NFD')));
/** A compatibility character may stand for one that joins: halfwidth sound marks do. */
const mayJoinCompatibly = /* @__PURE__ */ remembered((character) => JOINS.test(character.normalize('NFKD')));

/** Marks, and the letters that compose with what stands before them: vowels and finals of hangul, and one of Kirat Rai. */
const JOINS = /^[\p{M}\u1161-\u1175\u11a8-\u11c2\u{16d67}]/u;
