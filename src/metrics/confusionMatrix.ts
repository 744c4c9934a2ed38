import { type Label, type LabelBatch, type LabelOptions, labelPairs, sortLabels } from './labels.js';
import type { Metric } from './metric.js';

/** How often each label was predicted where each was expected. */
export interface ConfusionMatrix {
  /** What rows and columns stand for, in their order. */
  readonly labels: readonly Label[];
  /** [expected, predicted] */
  readonly counts: readonly (readonly number[])[];
}

/**
 * How often each label was predicted where each was expected. `confusionTable` prints it.
 *
 * @throws ConfigError if an option is misspelt or cannot work; `update` throws ShapeError for what is no label
 */
export function confusionMatrix(options: LabelOptions = {}): Metric<LabelBatch, ConfusionMatrix> {
  const pairs = labelPairs('confusionMatrix', options);
  const rows = new Map<Label, Map<Label, number>>(); // expected -> predicted -> how often
  return {
    update(...batch) {
      for (const [predicted, expected] of pairs(...batch)) {
        const row = rows.get(expected) ?? new Map<Label, number>();
        rows.set(expected, row.set(predicted, (row.get(predicted) ?? 0) + 1));
      }
    },
    result() {
      const seen = new Set([...rows].flatMap(([expected, row]) => [expected, ...row.keys()]));
      const labels = options.labels ?? sortLabels(seen);
      const counts = labels.map((expected) => labels.map((predicted) => rows.get(expected)?.get(predicted) ?? 0));
      return { labels: [...labels], counts };
    },
    reset: () => rows.clear(),
  };
}
