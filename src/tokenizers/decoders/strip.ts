import { ConfigError, TokenizerError } from '../../errors/index.js';
import { describe } from '../describe.js';
import type { Decoder, TokenSink } from '../pipeline.js';

/**
 * Drops one certain character at the ends of each token.
 *
 * @param content the character
 * @param start how many it drops at most at the beginning
 * @param stop how many it drops at most at the end
 * @throws TokenizerError if the content is not one character
 * @throws ConfigError if a number is not a whole one
 */
export function stripDecoder(content: string, start: number, stop: number): Decoder {
  if ([...content].length !== 1) {
    throw new TokenizerError(`stripDecoder: the content is ${describe(content)}.\nIt must be one character.`, {
      value: content,
    });
  }
  for (const count of [start, stop]) {
    if (!Number.isInteger(count) || count < 0) {
      throw new ConfigError(`stripDecoder: ${describe(count)} characters cannot be dropped.\nPass whole numbers.`, {
        value: count,
      });
    }
  }
  return {
    start: (next) => strip(next, content, start, stop),
    toJson: () => ({ type: 'Strip', content, start, stop }),
  };
}

function strip(next: TokenSink, content: string, start: number, stop: number): TokenSink {
  let toDrop = start;
  /** How many of the character have come last, and wait: they may be the end. */
  let waiting = 0;
  return {
    text: (text) => {
      let rest = text;
      while (toDrop > 0 && rest.startsWith(content)) {
        rest = rest.slice(content.length);
        toDrop--;
      }
      if (rest === '') return;
      toDrop = 0;
      rest = content.repeat(waiting) + rest;
      waiting = 0;
      while (waiting < stop && rest.endsWith(content)) {
        rest = rest.slice(0, -content.length);
        waiting++;
      }
      next.text(rest);
    },
    endToken: () => {
      toDrop = start;
      waiting = 0;
      next.endToken();
    },
    end: () => next.end(),
  };
}
