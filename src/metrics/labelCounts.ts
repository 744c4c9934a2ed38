import { CountsByName } from './countsByName.js';
import { type Label, type LabelBatch, type LabelOptions, labelPairs, sortLabels } from './labels.js';
import type { Metric } from './metric.js';
import type { MatchCounts } from './scores.js';

/**
 * How often each label was predicted, expected, and both at one place: all that F1 and Matthews correlation need, with
 * room for as many labels as a vocabulary has.
 */
export function labelCounts(owner: string, options: LabelOptions): Metric<LabelBatch, Map<Label, MatchCounts>> {
  const pairs = labelPairs(owner, options);
  const counts = new CountsByName<Label>();
  return {
    update(...batch) {
      for (const [predicted, expected] of pairs(...batch)) {
        counts.add(predicted, 'predicted');
        counts.add(expected, 'expected');
        if (predicted === expected) counts.add(expected, 'correct');
      }
    },
    result: () => new Map((options.labels ?? sortLabels(counts.names)).map((label) => [label, counts.of(label)])),
    reset: () => counts.clear(),
  };
}
