import { TokenizerError } from '../../errors/index.js';
import { describe } from '../describe.js';
import type { PreTokenizer } from '../pipeline.js';
import { charactersOf } from './characterMatches.js';
import { splitAtMatches } from './splitBehavior.js';

/**
 * Words are what stands between one certain character.
 *
 * @throws TokenizerError if the delimiter is not one character
 */
export function charDelimiterSplitPreTokenizer(delimiter: string): PreTokenizer {
  const [character, ...others] = delimiter;
  if (character === undefined || others.length > 0) {
    throw new TokenizerError(
      `charDelimiterSplitPreTokenizer: the delimiter is ${describe(delimiter)}.\nIt must be one character.`,
      { value: delimiter },
    );
  }
  const code = character.codePointAt(0)!;
  const find = charactersOf((codePoint) => codePoint === code);
  return {
    preTokenize: (text) => splitAtMatches(text, find, 'removed'),
    toJson: () => ({ type: 'CharDelimiterSplit', delimiter }),
  };
}
