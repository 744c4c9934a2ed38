import type { Pieces } from './pipeline.js';

/** The first `length` tokens of an encoded text. */
export function truncate(pieces: Pieces, length: number): Pieces {
  if (pieces.ids.length <= length) return pieces;
  const { ids, offsets, specialTokensMask } = pieces;
  return {
    ids: ids.slice(0, length),
    offsets: offsets.slice(0, 2 * length),
    ...(specialTokensMask && { specialTokensMask: specialTokensMask.slice(0, length) }),
  };
}

/**
 * How many tokens to keep of two texts, to have at most `limit` together: the longer one gives way until both are
 * equal, then both do, the second keeping the odd token (as Hugging Face's `longest_first`).
 */
export function longestFirst(first: number, second: number, limit: number): [first: number, second: number] {
  if (first + second <= limit) return [first, second];
  const half = Math.floor(limit / 2);
  if (Math.min(first, second) > half) return [half, limit - half];
  return first <= second ? [first, limit - first] : [limit - second, second];
}
