import {
  add,
  cast,
  concat,
  dispose,
  reshape,
  square,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core';
import type { EventLoop } from '../eventLoop/eventLoop.js';
import { type Parameter, RandomStream, type TrainableModel } from '../nn/index.js';
import { dispatch, hashSeed } from '../ops/index.js';
import { lossAndGradients } from './lossAndGradients.js';

/** The gradients of one step, summed over its micro-batches, and what they come from. */
export interface StepGradients {
  /** The sum of the losses, in nats. */
  readonly total: number;
  /** How many losses were summed. The mean loss is total / count. */
  readonly count: number;
  /** The Euclidean norm of all gradients of `total` as one vector. */
  readonly norm: number;
  /** Gradients of `total` by parameter path; the caller disposes them. */
  readonly gradients: Map<string, Tensor>;
}

/** What `accumulateGradients` takes. */
export interface AccumulationOptions<Batch> {
  readonly model: TrainableModel<Batch>;
  /** Gives the next micro-batch, or undefined at the end of the data. */
  readonly nextBatch: () => Promise<Batch | undefined>;
  /** The parameters to be trained, by path. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** How many micro-batches make a step. */
  readonly accumulate: number;
  /** Where dropout's randomness comes from: one seed and step, one stream for each micro-batch. */
  readonly seed: number;
  readonly step: number;
  readonly eventLoop: EventLoop;
}

/**
 * Runs the micro-batches of a step and adds up losses, counts and gradients, so that the mean is that of one big batch
 * even where micro-batches count unequally many labels. All that a step must know is read from the backend at once.
 *
 * @returns undefined if there was no batch left
 */
export async function accumulateGradients<Batch>(
  options: AccumulationOptions<Batch>,
): Promise<StepGradients | undefined> {
  const { model, nextBatch, parameters, accumulate, seed, step, eventLoop } = options;
  await import('sesame-nlp/gradients'); // here, because a program that only generates need not wait for it to load
  const gradients = new Map<string, Tensor>();
  const totals: Tensor[] = [];
  const counts: Tensor[] = [];
  try {
    for (let index = 0; index < accumulate; index++) {
      const batch = await nextBatch();
      if (batch === undefined) break;
      const random = new RandomStream(hashSeed(hashSeed(seed, step), index));
      const result = lossAndGradients(model, batch, { training: true, random }, parameters);
      totals.push(result.total);
      counts.push(result.count);
      addTo(gradients, result.gradients);
      await eventLoop.turn();
    }
    if (totals.length === 0) return undefined;
    const sums = await readSums({ totals, counts, squares: [...gradients.values()] });
    return { total: sums.totals, count: sums.counts, norm: Math.sqrt(sums.squares), gradients };
  } catch (error) {
    dispose([...gradients.values()]);
    throw error;
  } finally {
    dispose([...totals, ...counts]);
  }
}

/** Adds gradients to those of earlier micro-batches. It takes the tensors of `added` over. */
function addTo(gradients: Map<string, Tensor>, added: ReadonlyMap<string, Tensor>): void {
  for (const [path, gradient] of added) {
    const sofar = gradients.get(path);
    if (sofar === undefined) {
      gradients.set(path, gradient);
    } else {
      gradients.set(path, add(sofar, gradient));
      dispose([sofar, gradient]);
    }
  }
}

/** Reads all numbers of a step in one go; the sums over tensors are made here, in double precision. */
async function readSums(tensors: { totals: Tensor[]; counts: Tensor[]; squares: Tensor[] }) {
  const { totals, counts, squares } = tensors;
  const scalars = tidy(() =>
    concat(
      [...totals, ...counts, ...squares.map(sumOfSquares)].map((x) => reshape(cast(x, 'float32'), [1]) as Tensor1D),
    ),
  );
  try {
    const numbers = [...(await scalars.data<'float32'>())];
    const sumOf = (count: number) => numbers.splice(0, count).reduce((sum, x) => sum + x, 0);
    return { totals: sumOf(totals.length), counts: sumOf(counts.length), squares: sumOf(squares.length) };
  } finally {
    scalars.dispose();
  }
}

function sumOfSquares(x: Tensor): Tensor {
  return dispatch('SesameSumOfSquares', { x }, {}, () => sum(square(x)));
}
