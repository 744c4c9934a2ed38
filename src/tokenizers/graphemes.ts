// What a reader takes for one character: extended grapheme clusters, as Intl.Segmenter finds them. Node's V8 copies all
// that it was given for every segment, so that a text at once would take quadratic time: it is given a little at a time,
// and only where characters may join, since most are graphemes by themselves.

import { remembered } from './characterClass.js';

/** How many UTF-16 code units the engine is given at once. */
const PART = 64;

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/**
 * Calls `visit` with the [start, end) of every grapheme of a text without lone surrogates, in order.
 *
 * @see https://unicode.org/reports/tr29/#Grapheme_Cluster_Boundaries
 */
export function visitGraphemes(text: string, visit: (start: number, end: number) => void): void {
  for (let at = 0; at < text.length; ) {
    const codePoint = text.codePointAt(at)!;
    let next = at + (codePoint > 0xffff ? 2 : 1);
    if (codePoint === CARRIAGE_RETURN && text.charCodeAt(next) === LINE_FEED) {
      next++;
    } else if (!standsAlone(codePoint) || (next < text.length && !standsAlone(text.codePointAt(next)!))) {
      at = visitPart(text, at, visit);
      continue;
    }
    visit(at, next);
    at = next;
  }
}

/** Whether there is a boundary between any two such characters side by side, but for the one line end of two. */
const standsAlone = /* @__PURE__ */ remembered(
  (character) => Array.from(segmentsOf(`a${character}${character}a`)).length === 4,
);

/** Visits the graphemes from `start` on that a part of the text has for certain, and returns where the last of them ends. */
function visitPart(text: string, start: number, visit: (start: number, end: number) => void): number {
  for (let size = PART; ; size *= 2) {
    let end = Math.min(start + size, text.length);
    if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end++; // not in the middle of a surrogate pair
    let at = start;
    for (const { index, segment } of segmentsOf(text.slice(start, end))) {
      const next = start + index + segment.length;
      if (next === end && end < text.length) break; // it may go on
      visit(at, next);
      at = next;
      if (size > PART) break; // looking for more in a part so long would be slow
    }
    if (at > start) return at;
  }
}

function segmentsOf(text: string): Iterable<{ index: number; segment: string }> {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

let segmenter: Intl.Segmenter | undefined;
