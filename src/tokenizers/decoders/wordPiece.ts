import { rejectUnknownOptions } from '../../errors/index.js';
import type { Decoder } from '../pipeline.js';
import { cleanUpToken } from './cleanUpToken.js';
import { passToken, wholeTokens } from './wholeTokens.js';

/** Options of `wordPieceDecoder`. */
export interface WordPieceDecoderOptions {
  /** What tokens begin with that are not the first of their word; `##` by default. */
  readonly prefix?: string;
  /** Whether punctuation stands without a space before it; true by default. */
  readonly cleanup?: boolean;
}

/** Puts a space before every token but the first, and but those that go on with a word. */
export function wordPieceDecoder(options: WordPieceDecoderOptions = {}): Decoder {
  rejectUnknownOptions('wordPieceDecoder', options, ['prefix', 'cleanup']);
  const { prefix = '##', cleanup = true } = options;
  return {
    start: (next) => {
      let isFirst = true;
      return wholeTokens(next, (token) => {
        let text = token;
        if (!isFirst) text = token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
        isFirst = false;
        passToken(next, cleanup ? cleanUpToken(text) : text);
      });
    },
    toJson: () => ({ type: 'WordPiece', prefix, cleanup }),
  };
}
