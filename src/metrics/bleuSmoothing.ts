// What a precision is where no n-gram matches, since the geometric mean of BLEU would be 0 with any that is. Named and
// numbered as by Chen and Cherry 2014, https://aclanthology.org/W14-3346

/** N-grams of one order in all predicted texts. */
export interface NgramCounts {
  /** How many are in the references too. */
  readonly matches: number;
  /** How many there are. */
  readonly total: number;
}

/**
 * Precisions, each 0..1, from the counts of n-grams, those of single tokens first.
 *
 * @returns one precision an order, ending before the first for which every text is too short
 */
export type BleuSmoothing = (counts: readonly NgramCounts[]) => readonly number[];

/** No smoothing: the score is 0 if no n-gram of some order matches. */
export const noSmoothing: BleuSmoothing = (counts) => possible(counts).map(({ matches, total }) => matches / total);

/** Method 3, mteval's and sacrebleu's: the first order without a match counts half a match, the next a quarter. */
export const exponentialSmoothing: BleuSmoothing = (counts) => {
  let share = 1;
  return possible(counts).map(({ matches, total }) => {
    if (matches > 0) return matches / total;
    share /= 2;
    return share / total;
  });
};

/** Method 1: an order without a match counts a fraction of one. */
export function floorSmoothing(fraction = 0.1): BleuSmoothing {
  return (counts) => possible(counts).map(({ matches, total }) => (matches > 0 ? matches : fraction) / total);
}

/**
 * Method 2: adds to matches and totals.
 *
 * @param added how much
 * @param firstOrder the shortest n-grams that it is added for: pairs of tokens by default, as in Lin and Och 2004
 */
export function addKSmoothing(added = 1, firstOrder = 2): BleuSmoothing {
  return (counts) =>
    possible(
      counts.map(({ matches, total }, index) => {
        const more = index + 1 >= firstOrder ? added : 0;
        return { matches: matches + more, total: total + more };
      }),
    ).map(({ matches, total }) => matches / total);
}

/** The orders that some text is long enough for. */
function possible(counts: readonly NgramCounts[]): readonly NgramCounts[] {
  const end = counts.findIndex(({ total }) => total === 0);
  return end < 0 ? counts : counts.slice(0, end);
}
