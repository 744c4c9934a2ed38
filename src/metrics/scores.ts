// Precision, recall and F1 of anything that is predicted, expected, and sometimes both: labels, entities, words, n-grams.

/** How well predictions fit, each 0..1. A ratio of nothing to nothing is 0. */
export interface PrecisionRecallF1 {
  /** The share of what was predicted that is right. */
  readonly precision: number;
  /** The share of what was expected that was found. */
  readonly recall: number;
  /** The harmonic mean of the two. */
  readonly f1: number;
}

/** How many were predicted, expected, and both. */
export interface MatchCounts {
  /** How many predictions are right: true positives. */
  readonly correct: number;
  /** How many were predicted: true and false positives. */
  readonly predicted: number;
  /** How many were expected, the support: true positives and false negatives. */
  readonly expected: number;
}

/** Scores with the counts that they come from. */
export interface CountedScores extends PrecisionRecallF1, MatchCounts {}

/** The scores of counts. */
export function scoresOf({ correct, predicted, expected }: MatchCounts): CountedScores {
  return {
    precision: ratio(correct, predicted),
    recall: ratio(correct, expected),
    f1: ratio(2 * correct, predicted + expected),
    correct,
    predicted,
    expected,
  };
}

/** The sum of counts. */
export function sumCounts(all: Iterable<MatchCounts>): MatchCounts {
  let [correct, predicted, expected] = [0, 0, 0];
  for (const counts of all) {
    correct += counts.correct;
    predicted += counts.predicted;
    expected += counts.expected;
  }
  return { correct, predicted, expected };
}

/** The mean of scores, weighted; 0 if all weights are. */
export function meanScores<Scores extends PrecisionRecallF1>(
  all: Iterable<Scores>,
  weightOf: (scores: Scores) => number = () => 1,
): PrecisionRecallF1 {
  let [precision, recall, f1, total] = [0, 0, 0, 0];
  for (const scores of all) {
    const weight = weightOf(scores);
    precision += weight * scores.precision;
    recall += weight * scores.recall;
    f1 += weight * scores.f1;
    total += weight;
  }
  return { precision: ratio(precision, total), recall: ratio(recall, total), f1: ratio(f1, total) };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
