import { type Matcher, matcherOf, type Pattern } from '../pattern.js';
import type { Decoder, TokenSink } from '../pipeline.js';
import { passToken, wholeTokens } from './wholeTokens.js';

/**
 * Puts something else in the place of every match of a pattern in a token.
 *
 * @throws TokenizerError if the pattern is empty, or an expression that is not supported
 */
export function replaceDecoder(pattern: Pattern, content: string): Decoder {
  const matcher = matcherOf(pattern, 'replaceDecoder');
  return {
    start: (next) =>
      typeof pattern === 'string'
        ? replaceStrings(next, pattern, content)
        : wholeTokens(next, (token) => passToken(next, replaceMatches(token, matcher, content))),
    toJson: () => ({ type: 'Replace', pattern: matcher.toJson(), content }),
  };
}

/** A string is looked for in what has come so far; only what may be the beginning of it waits. */
function replaceStrings(next: TokenSink, pattern: string, content: string): TokenSink {
  let waiting = '';
  return {
    text: (text) => {
      const replaced = (waiting + text).split(pattern);
      const last = replaced.pop()!;
      let length = Math.min(last.length, pattern.length - 1);
      while (!pattern.startsWith(last.slice(last.length - length))) length--;
      waiting = last.slice(last.length - length);
      next.text([...replaced, last.slice(0, last.length - length)].join(content));
    },
    endToken: () => {
      passToken(next, waiting);
      waiting = '';
    },
    end: () => next.end(),
  };
}

function replaceMatches(token: string, matcher: Matcher, content: string): string {
  let replaced = '';
  let kept = 0;
  matcher.find(token, (start, end) => {
    replaced += token.slice(kept, start) + content;
    kept = end;
  });
  return replaced + token.slice(kept);
}
