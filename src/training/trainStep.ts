import { dispose } from '@tensorflow/tfjs-core';
import { TrainingError } from '../errors/index.js';
import { type AccumulationOptions, accumulateGradients, type StepGradients } from './accumulateGradients.js';
import type { BackendWatch } from './backendWatch.js';
import type { StepReport } from './callbacks.js';
import { clippingScale } from './clipping.js';
import type { OptimizerState } from './optimizerState.js';

/** What `trainStep` takes. */
export interface TrainStepOptions<Batch> extends Omit<AccumulationOptions<Batch>, 'parameters'> {
  readonly optimizer: OptimizerState;
  /** The largest gradient norm; Infinity for any. */
  readonly clipNorm: number;
  readonly backend: BackendWatch;
}

/**
 * One update: gradients of the micro-batches, clipped, handed to the optimizer.
 *
 * @returns undefined if there was no batch left
 * @throws TrainingError before the update if loss, gradient or learning rate is not a finite number
 * @throws BackendError before the update if the graphics card was lost
 */
export async function trainStep<Batch>(options: TrainStepOptions<Batch>): Promise<StepReport | undefined> {
  const { optimizer, clipNorm, step, backend } = options;
  const parameters = optimizer.trainable();
  if (parameters.size === 0) {
    throw new TrainingError('fit: nothing to train: all parameters are frozen. Use unfreeze(model).');
  }
  const sums = await accumulateGradients({ ...options, parameters });
  if (sums === undefined) return undefined;
  try {
    backend.check();
    const report = reportOf(sums, step, optimizer.learningRate(step));
    optimizer.update(sums.gradients, step, clippingScale(report.gradientNorm, clipNorm) / sums.count);
    return report;
  } finally {
    dispose([...sums.gradients.values()]);
  }
}

/** The step in numbers, which must be finite for the update to be made. */
function reportOf({ total, count, norm }: StepGradients, step: number, learningRate: number): StepReport {
  const report = { step: step + 1, loss: total / count, count, learningRate, gradientNorm: norm / count };
  const kept = `The update was not made: the weights are those after step ${step}.`;
  const refuse = (what: string, value: number, advice: string) => {
    throw new TrainingError(`fit: ${what} at step ${report.step}.\n${kept}\n${advice}`, { value });
  };
  if (count === 0) refuse('no label counts', count, 'All labels of the step are ignored: leave such batches out.');
  const advice = 'Try a lower learning rate, a warm-up or clipNorm: 1, and look at the batch of this step.';
  if (!Number.isFinite(report.loss)) refuse(`the loss is ${report.loss}`, report.loss, advice);
  if (!Number.isFinite(norm)) refuse(`the gradient's norm is ${norm}`, norm, advice);
  if (!(Number.isFinite(learningRate) && learningRate >= 0)) {
    refuse(`the learning rate is ${learningRate}`, learningRate, 'The schedule must give a finite number >= 0.');
  }
  return report;
}
