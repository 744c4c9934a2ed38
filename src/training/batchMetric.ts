import type { Metric } from '../metrics/index.js';
import type { TrainableModel } from '../nn/index.js';

/** A batch with its loss, as an evaluation comes past it. */
export interface EvaluatedBatch<Batch> {
  /** The model under evaluation, borrowed. */
  readonly model: TrainableModel<Batch>;
  /** What the loss was computed on, borrowed. */
  readonly batch: Batch;
  /** The sum of its losses, in nats. */
  readonly total: number;
  /** How many losses were summed. */
  readonly count: number;
}

/** A number, or several by name. */
export type Measured = number | Readonly<Record<string, number>>;

/**
 * A metric that is shown each batch of an evaluation: `perplexity()`, which needs no more than the loss, or what
 * `ofBatches` makes of a metric of predictions.
 */
export interface BatchMetric<Batch> {
  /** Counts a batch, and takes its time if the model has to predict first. */
  update(evaluated: EvaluatedBatch<Batch>): void | Promise<void>;
  /** What all batches amount to. */
  result(): Measured;
  /** Forgets everything; every evaluation begins with it. */
  reset(): void;
}

// `| []` lets the compiler read the array that `show` returns as a tuple.

/**
 * Shows a metric what it needs of each batch of an evaluation, for `fit` or `evaluate`:
 * `ofBatches(accuracy(), async ({ batch }) => [await guess(batch.texts), batch.labels])`.
 *
 * @param metric for this alone: it is updated and reset by the evaluation
 * @param show what the metric is updated with, mostly [predicted, expected], or a promise of it
 */
export function ofBatches<Batch, Shown extends readonly unknown[] | []>(
  metric: Metric<Shown>,
  show: (evaluated: EvaluatedBatch<Batch>) => Shown | Promise<Shown>,
): BatchMetric<Batch>;
/**
 * The same for a metric whose result is no number: `ofBatches(entityF1(), show, ({ f1 }) => f1)`.
 *
 * @param metric for this alone: it is updated and reset by the evaluation
 * @param show what the metric is updated with, or a promise of it
 * @param pick the number that is wanted of the result, or several by name
 */
export function ofBatches<Batch, Shown extends readonly unknown[] | [], Result>(
  metric: Metric<Shown, Result>,
  show: (evaluated: EvaluatedBatch<Batch>) => Shown | Promise<Shown>,
  pick: (result: Result) => Measured,
): BatchMetric<Batch>;
export function ofBatches<Batch, Shown extends readonly unknown[] | [], Result>(
  metric: Metric<Shown, Result>,
  show: (evaluated: EvaluatedBatch<Batch>) => Shown | Promise<Shown>,
  pick = (result: Result): Measured => result as number, // without it, the result is one
): BatchMetric<Batch> {
  return {
    update: async (evaluated) => metric.update(...(await show(evaluated))),
    result: () => pick(metric.result()),
    reset: () => metric.reset(),
  };
}
