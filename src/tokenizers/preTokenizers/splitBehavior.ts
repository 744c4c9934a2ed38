import type { MappedText } from '../mappedText.js';

/**
 * What becomes of the matches that a text is split at: `removed`; `isolated`, each a word; `contiguous`, neighbouring
 * matches one word; or part of the word before or after.
 */
export type SplitBehavior = 'removed' | 'isolated' | 'contiguous' | 'mergedWithPrevious' | 'mergedWithNext';

/** Calls `visit` with every match [start, end) in a text, in order. */
export type FindMatches = (text: string, visit: (start: number, end: number) => void) => void;

/**
 * The words between and of the matches.
 *
 * @param invert whether the words are the matches, and what is between them is what is split at
 */
export function splitAtMatches(
  text: MappedText,
  find: FindMatches,
  behavior: SplitBehavior,
  invert = false,
): MappedText[] {
  const words: MappedText[] = [];
  visitSplits(text.text, find, behavior, invert, (start, end) => words.push(text.slice(start, end)));
  return words;
}

/** Calls `visit` with the [start, end) of the same words, none of which is empty. */
export function visitSplits(
  text: string,
  find: FindMatches,
  behavior: SplitBehavior,
  invert: boolean,
  visit: (start: number, end: number) => void,
): void {
  let [start, end] = [0, 0]; // of the word in the making
  let isBeforeMatch: boolean | undefined; // whether what came last is a match
  const put = (partStart: number, partEnd: number, isMatch: boolean) => {
    if (isMatch && behavior === 'removed') return;
    if (isBeforeMatch === undefined || !joins(behavior, isBeforeMatch, isMatch)) {
      if (start < end) visit(start, end);
      start = partStart;
    }
    end = partEnd;
    isBeforeMatch = isMatch;
  };
  let at = 0;
  find(text, (matchStart, matchEnd) => {
    if (at < matchStart) put(at, matchStart, invert);
    put(matchStart, matchEnd, !invert);
    at = matchEnd;
  });
  if (at < text.length) put(at, text.length, invert);
  if (start < end) visit(start, end);
}

/** Whether what stands side by side is one word. */
function joins(behavior: SplitBehavior, isBeforeMatch: boolean, isMatch: boolean): boolean {
  switch (behavior) {
    case 'isolated':
    case 'removed':
      return false;
    case 'contiguous':
      return isBeforeMatch === isMatch;
    case 'mergedWithPrevious':
      return isMatch && !isBeforeMatch;
    case 'mergedWithNext':
      return isBeforeMatch && !isMatch;
  }
}

/** A behavior as tokenizer.json spells it. */
export function behaviorToJson(behavior: SplitBehavior): string {
  return behavior.charAt(0).toUpperCase() + behavior.slice(1);
}
