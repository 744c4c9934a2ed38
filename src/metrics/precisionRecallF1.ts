import { labelCounts } from './labelCounts.js';
import type { Label, LabelBatch, LabelOptions } from './labels.js';
import type { Metric } from './metric.js';
import { type CountedScores, meanScores, type PrecisionRecallF1, scoresOf, sumCounts } from './scores.js';

/** Precision, recall and F1 of labels, in the usual averages. */
export interface LabelScores {
  /** Of all places together: where each has one label, all three are the accuracy. */
  readonly micro: CountedScores;
  /** The mean over labels: each counts the same, however rare it is. */
  readonly macro: PrecisionRecallF1;
  /** The mean over labels, each weighted by how often it was expected. */
  readonly weighted: PrecisionRecallF1;
  /** Of each label, in the order of `labels`, or sorted. */
  readonly perLabel: ReadonlyMap<Label, CountedScores>;
}

/**
 * Precision, recall and F1 of labels, as scikit-learn defines them; ratios of nothing to nothing are 0.
 *
 * ```ts
 * import { precisionRecallF1 } from 'sesame-nlp/metrics';
 *
 * const metric = precisionRecallF1({ labels: ['ham', 'spam'] });
 * metric.update(['spam', 'spam', 'ham'], ['spam', 'ham', 'ham']);
 * const { macro, perLabel } = metric.result();
 * console.log(macro.f1, perLabel.get('spam')?.precision); // 0.666..., 0.5
 * ```
 *
 * Averages are over the labels that were given, or over all that were predicted or expected.
 *
 * @throws ConfigError if an option is misspelt or cannot work; `update` throws ShapeError for what is no label
 */
export function precisionRecallF1(options: LabelOptions = {}): Metric<LabelBatch, LabelScores> {
  const counts = labelCounts('precisionRecallF1', options);
  return {
    ...counts,
    result() {
      const perLabel = new Map([...counts.result()].map(([label, each]) => [label, scoresOf(each)]));
      return {
        micro: scoresOf(sumCounts(perLabel.values())),
        macro: meanScores(perLabel.values()),
        weighted: meanScores(perLabel.values(), ({ expected }) => expected),
        perLabel,
      };
    },
  };
}
