import { rejectUnknownOptions } from '../../errors/index.js';
import type { Decoder } from '../pipeline.js';
import { cleanUpToken } from './cleanUpToken.js';
import { passToken, wholeTokens } from './wholeTokens.js';

/** Options of `ctcDecoder`. */
export interface CtcDecoderOptions {
  /** The token that separates equal neighbours; `<pad>` by default. */
  readonly padToken?: string;
  /** The token that stands for a space; `|` by default. */
  readonly wordDelimiterToken?: string;
  /** Whether the delimiter becomes a space, and punctuation stands without one before it; true by default. */
  readonly cleanup?: boolean;
}

/**
 * Reads what a speech model says frame by frame: equal neighbours are one token, and padding is nothing.
 *
 * @see Graves et al. 2006, "Connectionist Temporal Classification"
 */
export function ctcDecoder(options: CtcDecoderOptions = {}): Decoder {
  rejectUnknownOptions('ctcDecoder', options, ['padToken', 'wordDelimiterToken', 'cleanup']);
  const { padToken = '<pad>', wordDelimiterToken = '|', cleanup = true } = options;
  return {
    start: (next) => {
      let previous: string | undefined;
      return wholeTokens(next, (token) => {
        if (token === previous) return;
        previous = token;
        const spoken = token.replaceAll(padToken, '');
        const text = cleanup ? cleanUpToken(spoken).replaceAll(wordDelimiterToken, ' ') : spoken;
        if (text !== '') passToken(next, text);
      });
    },
    toJson: () => ({ type: 'CTC', pad_token: padToken, word_delimiter_token: wordDelimiterToken, cleanup }),
  };
}
