import type { AddedToken, FoundToken, TokenFinder } from './addedTokens.js';
import { isWhiteSpace, isWordCharacter } from './characterClass.js';
import { PieceTrie } from './models/pieceTrie.js';

/**
 * Looks for tokens as their settings say: as single words only, and with the white space before or after them. Time is
 * linear in the text, however many tokens there are.
 */
export function addedTokenFinder(tokens: readonly AddedToken[]): TokenFinder {
  const trie = new PieceTrie();
  for (const [index, { content }] of tokens.entries()) if (content !== '') trie.add(content, index);
  return tokens.length === 0 ? () => [] : (text) => findTokens(text, tokens, trie);
}

function* findTokens(text: string, tokens: readonly AddedToken[], trie: PieceTrie): Iterable<FoundToken> {
  let free = 0; // where what was found before ends
  for (let at = 0; at < text.length; ) {
    let index = -1;
    let matchEnd = at + 1;
    trie.prefixes(text, at, text.length, (found, end) => {
      index = found;
      matchEnd = end;
    });
    const token = tokens[index];
    if (token !== undefined && !(token.single_word && touchesWord(text, at, matchEnd))) {
      let start = at;
      while (token.lstrip && start > free && isWhiteSpace(text.charCodeAt(start - 1))) start--;
      while (token.rstrip && matchEnd < text.length && isWhiteSpace(text.charCodeAt(matchEnd))) matchEnd++;
      yield { id: token.id, start, end: matchEnd };
      free = matchEnd;
    }
    at = matchEnd;
  }
}

/** Whether a letter, a digit or the like stands right before or after [start, end). */
function touchesWord(text: string, start: number, end: number): boolean {
  const before = start > 1 && /[\udc00-\udfff]/.test(text[start - 1]!) ? start - 2 : start - 1;
  return (
    (start > 0 && isWordCharacter(text.codePointAt(before)!)) ||
    (end < text.length && isWordCharacter(text.codePointAt(end)!))
  );
}
