/** The middle of some numbers, and how far they spread. */
export interface Spread {
  readonly median: number;
  /** The numbers below which a quarter and three quarters lie. */
  readonly quartiles: readonly [number, number];
}

/** The middle number, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** Median and quartiles. */
export function spread(numbers: readonly number[]): Spread {
  return { median: median(numbers), quartiles: [quantile(numbers, 0.25), quantile(numbers, 0.75)] };
}

/**
 * How many times as long `theirs` took as `ours`: a ratio a round, since what slows down the machine for a while slows
 * down both sides of a round.
 *
 * @param ours the samples of each round, and of `theirs` likewise
 */
export function ratios(ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[]): Spread {
  const rounds = Math.min(ours.length, theirs.length);
  return spread(Array.from({ length: rounds }, (_, round) => median(theirs[round]!) / median(ours[round]!)));
}

/** Linear between the two numbers around it. */
function quantile(numbers: readonly number[], share: number): number {
  if (numbers.length === 0) throw new RangeError('statistics: there are no numbers.');
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (place - below);
}
