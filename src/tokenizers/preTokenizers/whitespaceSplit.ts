import { isWhiteSpace } from '../characterClass.js';
import type { PreTokenizer } from '../pipeline.js';
import { charactersOf } from './characterMatches.js';
import { splitAtMatches } from './splitBehavior.js';

/** Words are what stands between white space. */
export function whitespaceSplitPreTokenizer(): PreTokenizer {
  const find = charactersOf(isWhiteSpace);
  return {
    preTokenize: (text) => splitAtMatches(text, find, 'removed'),
    toJson: () => ({ type: 'WhitespaceSplit' }),
  };
}
