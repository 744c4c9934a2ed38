import type { CharacterClass } from '../characterClass.js';
import type { FindMatches } from './splitBehavior.js';

/** Finds every character of a class, each a match of its own. */
export function charactersOf(isInside: CharacterClass): FindMatches {
  return (text, visit) => {
    for (let at = 0; at < text.length; ) {
      const codePoint = text.codePointAt(at)!;
      const next = at + (codePoint > 0xffff ? 2 : 1);
      if (isInside(codePoint)) visit(at, next);
      at = next;
    }
  };
}
