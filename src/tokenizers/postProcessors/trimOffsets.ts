import { isWhiteSpace } from '../characterClass.js';
import { type PieceRows, ROW } from '../pieceRows.js';
import type { TokenVocabulary } from '../pipeline.js';

/** How GPT-2's alphabet spells a space. */
const SPACE = 0x0120;

/**
 * Takes the spaces that byte-level tokens begin and end with out of their offsets.
 *
 * @param addPrefixSpace whether texts get a space before them, which the first token's offsets do not hold
 */
export function trimOffsets(pieces: PieceRows, vocabulary: TokenVocabulary, addPrefixSpace: boolean): PieceRows {
  const trimmed = pieces.slice();
  for (let at = 0; at < trimmed.length; at += ROW) {
    const token = vocabulary.tokenOf(trimmed[at]!) ?? '';
    const start = trimmed[at + 1]!;
    const end = trimmed[at + 2]!;
    let leading = countSpaces(token);
    const trailing = countSpaces([...token].reverse().join(''));
    if (leading === 1 && addPrefixSpace && (at === 0 || start === 0)) leading = 0;
    const trimmedStart = Math.min(start + leading, end);
    trimmed[at + 1] = trimmedStart;
    if (end >= trailing) trimmed[at + 2] = Math.max(end - trailing, trimmedStart);
  }
  return trimmed;
}

function countSpaces(token: string): number {
  let count = 0;
  while (count < token.length && (token.charCodeAt(count) === SPACE || isWhiteSpace(token.charCodeAt(count)))) count++;
  return count;
}
