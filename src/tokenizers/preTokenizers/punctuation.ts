import { isPunctuation } from '../characterClass.js';
import type { PreTokenizer } from '../pipeline.js';
import { charactersOf } from './characterMatches.js';
import { behaviorToJson, type SplitBehavior, splitAtMatches } from './splitBehavior.js';

/** Splits at punctuation: Unicode's, and every symbol of ASCII. Each is a word of its own by default. */
export function punctuationPreTokenizer(behavior: SplitBehavior = 'isolated'): PreTokenizer {
  const find = charactersOf(isPunctuation);
  return {
    preTokenize: (text) => splitAtMatches(text, find, behavior),
    toJson: () => ({ type: 'Punctuation', behavior: behaviorToJson(behavior) }),
  };
}
