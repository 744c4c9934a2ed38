import { rejectUnknownOptions } from '../../errors/index.js';
import { characterClass } from '../characterClass.js';
import type { PreTokenizer } from '../pipeline.js';
import { charactersOf } from './characterMatches.js';
import { splitAtMatches } from './splitBehavior.js';

/** Options of `digitsPreTokenizer`. */
export interface DigitsOptions {
  /** Whether each digit is a word of its own; false by default: a number is one. */
  readonly individual?: boolean;
}

const isNumber = /* @__PURE__ */ characterClass(/\p{N}/u);

/** Splits numbers from what stands beside them. */
export function digitsPreTokenizer(options: DigitsOptions = {}): PreTokenizer {
  rejectUnknownOptions('digitsPreTokenizer', options, ['individual']);
  const { individual = false } = options;
  const find = charactersOf(isNumber);
  return {
    preTokenize: (text) => splitAtMatches(text, find, individual ? 'isolated' : 'contiguous'),
    toJson: () => ({ type: 'Digits', individual_digits: individual }),
  };
}
