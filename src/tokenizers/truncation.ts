import { ConfigError } from '../errors/index.js';
import { type PieceRows, ROW } from './pieceRows.js';

/** Which text of a pair gives way where both are too long: the longer one, or always the same one. */
export type Truncation = 'longestFirst' | 'onlyFirst' | 'onlySecond';

/**
 * A text cut to `length` tokens, and the windows after what was kept: as long, each sharing `stride` tokens with the one
 * before; the last may be shorter.
 *
 * @throws ConfigError if windows would share all their tokens
 */
export function cut(
  pieces: PieceRows,
  length: number,
  stride: number,
): [kept: PieceRows, laterWindows: () => PieceRows[]] {
  const count = pieces.length / ROW;
  if (count <= length) return [pieces, () => []];
  if (length > 0 && stride >= length) {
    throw new ConfigError(
      `encode: stride is ${stride}, and ${length} tokens of a text are kept.\nMake maxLength larger, or it smaller.`,
      { value: stride },
    );
  }
  const window = (start: number) => pieces.slice(ROW * start, ROW * (start + length));
  const laterWindows = () => {
    const windows: PieceRows[] = [];
    for (let end = length; length > 0 && end < count; end += length - stride) windows.push(window(end - stride));
    return windows;
  };
  return [window(0), laterWindows];
}

/**
 * How many tokens to keep of two texts, to have at most `limit` together. Longest first: the longer one gives way until
 * both are equal, then both do by turns, the second first (as BERT has it).
 *
 * @throws ConfigError if the text that must give way has too few tokens
 * @see `_truncate_seq_pair` in https://github.com/google-research/bert/blob/master/run_classifier.py
 */
export function lengthsToKeep(
  first: number,
  second: number,
  limit: number,
  truncation: Truncation,
): [first: number, second: number] {
  const excess = first + second - limit;
  if (excess <= 0) return [first, second];
  if (truncation === 'longestFirst') {
    const keepFirst = Math.min(first, Math.max(Math.ceil(limit / 2), limit - second));
    return [keepFirst, limit - keepFirst];
  }
  const onlyFirst = truncation === 'onlyFirst';
  if ((onlyFirst ? first : second) > excess) return onlyFirst ? [first - excess, second] : [first, second - excess];
  throw new ConfigError(
    `encode: ${excess} tokens are too many, and ${truncation} has no more to take them from.\n` +
      "Make maxLength larger, or truncate 'longestFirst'.",
    { value: truncation },
  );
}
