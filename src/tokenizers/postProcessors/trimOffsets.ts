import { isWhiteSpace } from '../characterClass.js';
import type { Pieces, TokenVocabulary } from '../pipeline.js';

/** How GPT-2's alphabet spells a space. */
const SPACE = 0x0120;

/**
 * Takes the spaces that byte-level tokens begin and end with out of their offsets.
 *
 * @param addPrefixSpace whether texts get a space before them, which the first token's offsets do not hold
 */
export function trimOffsets(pieces: Pieces, vocabulary: TokenVocabulary, addPrefixSpace: boolean): Pieces {
  const offsets = pieces.offsets.slice();
  for (const [index, id] of pieces.ids.entries()) {
    const token = vocabulary.tokenOf(id) ?? '';
    const start = offsets[2 * index]!;
    const end = offsets[2 * index + 1]!;
    let leading = countSpaces(token);
    const trailing = countSpaces([...token].reverse().join(''));
    if (leading === 1 && addPrefixSpace && (index === 0 || start === 0)) leading = 0;
    const trimmed = Math.min(start + leading, end);
    offsets[2 * index] = trimmed;
    if (end >= trailing) offsets[2 * index + 1] = Math.max(end - trailing, trimmed);
  }
  return { ...pieces, offsets };
}

function countSpaces(token: string): number {
  let count = 0;
  while (count < token.length && (token.charCodeAt(count) === SPACE || isWhiteSpace(token.charCodeAt(count)))) count++;
  return count;
}
