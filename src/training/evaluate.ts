import { cast, dispose, reshape, stack, tidy } from '@tensorflow/tfjs-core';
import { rejectUnknownOptions, TrainingError } from '../errors/index.js';
import { EventLoop } from '../eventLoop/eventLoop.js';
import type { TrainableModel } from '../nn/index.js';
import { type Batches, singlePass } from './batches.js';
import type { BatchMetric, Measured } from './batchMetric.js';

/** What a function that computes a metric may look at. */
export interface MetricContext<Batch> {
  /** The model under evaluation, borrowed. */
  readonly model: TrainableModel<Batch>;
  /** What the loss was computed on; reading it is another pass. */
  readonly batches: Batches<Batch>;
  /** Mean loss over all batches, in nats. */
  readonly loss: number;
}

/**
 * What to compute at an evaluation, by name: a metric that is shown each batch, such as `perplexity()` and what
 * `ofBatches` makes of others, or a function that is called at the end, such as `({ loss }) => loss / Math.LN2`. Of
 * several numbers each gets a name of its own: `{ entities: { f1 } }` is `entities.f1`.
 */
export type Metrics<Batch> = Readonly<
  Record<string, BatchMetric<Batch> | ((context: MetricContext<Batch>) => Measured | Promise<Measured>)>
>;

/** What `evaluate` takes besides model and batches. */
export interface EvaluateOptions<Batch> {
  /** Numbers to compute besides the loss, by name; none by default. */
  readonly metrics?: Metrics<Batch> | undefined;
  /** Rejects with its reason when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** What `evaluate` finds. */
export interface Evaluation {
  /** Mean loss over everything counted in all batches, in nats. */
  readonly loss: number;
  /** How many losses the mean was taken over. */
  readonly count: number;
  /** What the metrics gave, by name; empty if none were asked for. */
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * The mean loss of a model over all batches, without dropout: the sum of all losses over the number of losses, so that
 * batches of unequal size count for what they hold.
 *
 * @throws TrainingError if there is no batch, or no label counts
 */
export async function evaluate<Batch>(
  model: TrainableModel<Batch>,
  batches: Batches<Batch>,
  options: EvaluateOptions<Batch> = {},
): Promise<Evaluation> {
  rejectUnknownOptions('evaluate', options, ['metrics', 'signal']);
  const { metrics = {}, signal } = options;
  const eventLoop = new EventLoop();
  const batchMetrics = Object.values(metrics).filter((metric) => typeof metric !== 'function');
  for (const metric of batchMetrics) metric.reset();
  let [total, count, numBatches] = [0, 0, 0];
  for await (const batch of singlePass(batches)) {
    signal?.throwIfAborted();
    const [batchTotal, batchCount] = await lossOf(model, batch);
    total += batchTotal;
    count += batchCount;
    numBatches++;
    for (const metric of batchMetrics) await metric.update({ model, batch, total: batchTotal, count: batchCount });
    await eventLoop.turn();
  }
  if (count === 0) {
    throw new TrainingError(
      numBatches === 0
        ? 'evaluate: the batches are empty. A generator can be read only once: pass an array or a function.'
        : 'evaluate: no label of the batches counts: all are ignored.',
      { value: numBatches },
    );
  }
  const loss = total / count;
  const values: [string, number][] = [];
  for (const [name, metric] of Object.entries(metrics)) {
    const measured = typeof metric === 'function' ? await metric({ model, batches, loss }) : metric.result();
    if (typeof measured === 'number') values.push([name, measured]);
    else for (const [part, value] of Object.entries(measured)) values.push([`${name}.${part}`, value]);
  }
  return { loss, count, metrics: Object.fromEntries(values) };
}

/** Sum and number of a batch's losses. */
async function lossOf<Batch>(model: TrainableModel<Batch>, batch: Batch): Promise<[number, number]> {
  const scalars = tidy(() => {
    const { total, count } = model.loss(batch, { training: false });
    return stack([reshape(total, []), reshape(cast(count, 'float32'), [])]);
  });
  try {
    const [total, count] = await scalars.data<'float32'>();
    return [total!, count!];
  } finally {
    dispose(scalars);
  }
}
