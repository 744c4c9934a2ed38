import { rejectUnknownOptions } from '../../errors/index.js';
import { isWhiteSpace } from '../characterClass.js';
import type { Normalizer } from '../pipeline.js';

/** Options of `stripNormalizer`. */
export interface StripOptions {
  /** Whether white space goes at the beginning; true by default. */
  readonly left?: boolean;
  /** Whether white space goes at the end; true by default. */
  readonly right?: boolean;
}

/** Drops white space at the ends of a text. */
export function stripNormalizer(options: StripOptions = {}): Normalizer {
  rejectUnknownOptions('stripNormalizer', options, ['left', 'right']);
  const { left = true, right = true } = options;
  return {
    normalize: (text) => {
      let start = 0;
      let end = text.length;
      while (left && start < end && isWhiteSpace(text.text.charCodeAt(start))) start++;
      while (right && start < end && isWhiteSpace(text.text.charCodeAt(end - 1))) end--;
      return text.slice(start, end);
    },
    toJson: () => ({ type: 'Strip', strip_left: left, strip_right: right }),
  };
}
