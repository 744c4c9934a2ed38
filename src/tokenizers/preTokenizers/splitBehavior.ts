import type { MappedText } from '../mappedText.js';

/**
 * What becomes of the matches that a text is split at: `removed`; `isolated`, each a word; `contiguous`, neighbouring
 * matches one word; or part of the word before or after.
 */
export type SplitBehavior = 'removed' | 'isolated' | 'contiguous' | 'mergedWithPrevious' | 'mergedWithNext';

/** Calls `visit` with every match [start, end) in a text, in order. */
export type FindMatches = (text: string, visit: (start: number, end: number) => void) => void;

/** A stretch of a text, and whether it is a match. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly isMatch: boolean;
}

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
  const parts: Part[] = [];
  let at = 0;
  const between = (end: number) => {
    if (at < end) parts.push({ start: at, end, isMatch: invert });
  };
  find(text.text, (start, end) => {
    between(start);
    parts.push({ start, end, isMatch: !invert });
    at = end;
  });
  between(text.length);
  return merge(parts, behavior)
    .filter(({ start, end }) => start < end)
    .map(({ start, end }) => text.slice(start, end));
}

function merge(parts: readonly Part[], behavior: SplitBehavior): readonly Part[] {
  switch (behavior) {
    case 'isolated':
      return parts;
    case 'removed':
      return parts.filter(({ isMatch }) => !isMatch);
    case 'contiguous':
      return join(parts, (previous, part) => previous.isMatch === part.isMatch);
    case 'mergedWithPrevious':
      return join(parts, (previous, part) => part.isMatch && !previous.isMatch);
    case 'mergedWithNext':
      return join(parts, (previous, part) => previous.isMatch && !part.isMatch);
  }
}

/** Joins each part to the one before it where `joins` says so, looking at the last part of what was joined. */
function join(parts: readonly Part[], joins: (previous: Part, part: Part) => boolean): Part[] {
  const joined: Part[] = [];
  let previous: Part | undefined;
  for (const part of parts) {
    if (previous !== undefined && joins(previous, part))
      joined[joined.length - 1] = { ...joined.at(-1)!, end: part.end };
    else joined.push(part);
    previous = part;
  }
  return joined;
}

/** A behavior as tokenizer.json spells it. */
export function behaviorToJson(behavior: SplitBehavior): string {
  return behavior.charAt(0).toUpperCase() + behavior.slice(1);
}
