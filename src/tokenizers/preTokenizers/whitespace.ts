import { isWhiteSpace, isWordCharacter } from '../characterClass.js';
import type { PreTokenizer } from '../pipeline.js';
import { splitAtMatches } from './splitBehavior.js';

/** Words are runs of letters, marks, digits and connectors, and runs of whatever else is not white space. */
export function whitespacePreTokenizer(): PreTokenizer {
  return {
    preTokenize: (text) => splitAtMatches(text, findWords, 'removed', true),
    toJson: () => ({ type: 'Whitespace' }),
  };
}

const SPACE = 0;
const WORD = 1;
const OTHER = 2;

function findWords(text: string, visit: (start: number, end: number) => void): void {
  let start = 0;
  let kind = SPACE;
  for (let at = 0; at <= text.length; ) {
    const codePoint = text.codePointAt(at);
    const next = kindOf(codePoint);
    if (next !== kind) {
      if (kind !== SPACE) visit(start, at);
      start = at;
      kind = next;
    }
    at += (codePoint ?? 0) > 0xffff ? 2 : 1;
  }
}

function kindOf(codePoint: number | undefined): number {
  if (codePoint === undefined || isWhiteSpace(codePoint)) return SPACE;
  return isWordCharacter(codePoint) ? WORD : OTHER;
}
