import { labelCounts } from './labelCounts.js';
import type { LabelBatch, LabelOptions } from './labels.js';
import type { Metric } from './metric.js';

/**
 * The correlation between predicted and expected labels, of two classes or more: -1..1, 1 where all are right, about 0
 * where they are independent, 0 where predictions or expectations are all the same or there are none.
 *
 * @see Matthews 1975, https://doi.org/10.1016/0005-2795(75)90109-9; of more classes Gorodkin 2004,
 *   https://doi.org/10.1016/j.compbiolchem.2004.09.006
 * @throws ConfigError if an option is misspelt or cannot work; `update` throws ShapeError for what is no label
 */
export function matthewsCorrelation(options: LabelOptions = {}): Metric<LabelBatch> {
  const counts = labelCounts('matthewsCorrelation', options);
  return {
    ...counts,
    result() {
      const all = [...counts.result().values()];
      const sum = (of: (label: (typeof all)[number]) => number) => all.reduce((total, label) => total + of(label), 0);
      const squared = sum(({ expected }) => expected) ** 2;
      const covariance =
        sum(({ expected }) => expected) * sum(({ correct }) => correct) -
        sum(({ predicted, expected }) => predicted * expected);
      const predictedVariance = squared - sum(({ predicted }) => predicted ** 2);
      const expectedVariance = squared - sum(({ expected }) => expected ** 2);
      const scale = Math.sqrt(predictedVariance) * Math.sqrt(expectedVariance);
      return scale === 0 ? 0 : covariance / scale;
    },
  };
}
