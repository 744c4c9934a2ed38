import { ConfigError } from '../../errors/index.js';
import { describe } from '../describe.js';
import type { MappedText } from '../mappedText.js';
import type { PreTokenizer } from '../pipeline.js';

/**
 * Words of a fixed number of characters; the last may be shorter.
 *
 * @param length characters (Unicode code points); 5 by default
 * @throws ConfigError if the length is not a whole number of at least 1
 */
export function fixedLengthPreTokenizer(length = 5): PreTokenizer {
  if (!Number.isInteger(length) || length < 1) {
    throw new ConfigError(
      `fixedLengthPreTokenizer: the length is ${describe(length)}.\nIt must be a whole number of at least 1.`,
      { value: length },
    );
  }
  return {
    preTokenize: (text) => {
      const words: MappedText[] = [];
      for (let start = 0; start < text.length; ) {
        let end = start;
        for (let count = 0; count < length && end < text.length; count++) {
          end += text.text.codePointAt(end)! > 0xffff ? 2 : 1;
        }
        words.push(text.slice(start, end));
        start = end;
      }
      return words;
    },
    toJson: () => ({ type: 'FixedLength', length }),
  };
}
