import { TokenizerError } from '../../errors/index.js';
import type { TokenVocabulary } from '../pipeline.js';

/**
 * A token and its id, as tokenizer.json names special tokens.
 *
 * @throws TokenizerError if the vocabulary has no such token
 */
export function specialTokenEntry(
  token: string,
  vocabulary: TokenVocabulary,
  owner: string,
): [token: string, id: number] {
  const id = vocabulary.idOf(token);
  if (id !== undefined) return [token, id];
  throw new TokenizerError(
    `${owner}: the vocabulary has no ${JSON.stringify(token)}.\nName one of its tokens, or add this one to addedTokens.`,
    { value: token },
  );
}
