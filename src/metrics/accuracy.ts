import { type LabelBatch, type LabelOptions, labelPairs } from './labels.js';
import type { Metric } from './metric.js';

/**
 * The share of places at which the right label was predicted, 0..1; NaN before the first.
 *
 * ```ts
 * import { accuracy } from 'sesame-nlp/metrics';
 *
 * const metric = accuracy();
 * metric.update(['正面', '負面'], ['正面', '正面']);
 * metric.update(['負面', '負面'], ['負面', '負面']);
 * console.log(metric.result()); // 0.75
 * ```
 *
 * @throws ConfigError if an option is misspelt or cannot work; `update` throws ShapeError for what is no label
 */
export function accuracy(options: LabelOptions = {}): Metric<LabelBatch> {
  const pairs = labelPairs('accuracy', options);
  let [correct, count] = [0, 0];
  return {
    update(...batch) {
      for (const [predicted, expected] of pairs(...batch)) {
        count++;
        if (predicted === expected) correct++;
      }
    },
    result: () => correct / count,
    reset() {
      [correct, count] = [0, 0];
    },
  };
}
