import { TokenizerError } from '../errors/index.js';

/** Words are looked for at every place of a text, so that the longest says how long that takes. In UTF-16 code units. */
export const MAX_WORD_LENGTH = 64;

/**
 * @param owner who takes the word, for messages
 * @throws TokenizerError if no dictionary can hold it
 */
export function checkWord(word: unknown, owner: string): asserts word is string {
  const problem = problemOf(word);
  if (problem === undefined) return;
  const shown = typeof word === 'string' ? JSON.stringify(word.slice(0, MAX_WORD_LENGTH)) : String(word);
  throw new TokenizerError(
    `${owner}: the word ${shown} ${problem}.\n` +
      `A word is a string of 1 to ${MAX_WORD_LENGTH} UTF-16 code units, well-formed and without white space.`,
    { value: word },
  );
}

/** What keeps a dictionary from holding a word; undefined if nothing does. */
export function problemOf(word: unknown): string | undefined {
  if (typeof word !== 'string') return 'is no string';
  if (word === '') return 'is empty';
  if (word.length > MAX_WORD_LENGTH) return `has ${word.length} UTF-16 code units`;
  if (/\s/.test(word)) return 'has white space';
  if (/\p{Surrogate}/u.test(word)) return 'has a lone surrogate, which is no character';
  return undefined;
}
