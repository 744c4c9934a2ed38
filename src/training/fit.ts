import { TrainingError } from '../errors/index.js';
import { type AnyModule, namedParameters, type TrainableModel } from '../nn/index.js';
import { type Batches, BatchStream } from './batches.js';
import { CallbackList } from './callbackList.js';
import type { EndReport, TrainingRun } from './callbacks.js';
import { evaluate } from './evaluate.js';
import { EventLoop } from './eventLoop.js';
import { type FitOptions, fitSettings } from './fitOptions.js';
import { emptyHistory, type TrainingEnding, type TrainingHistory } from './history.js';
import { OptimizerState } from './optimizerState.js';
import { trainStep } from './trainStep.js';

/**
 * Trains a model: step after step, a batch's gradients change its parameters a little, until all steps are done, a
 * callback says 'stop', or the signal aborts.
 *
 * It gives the thread away at least once a frame between batches, so that a page stays responsive. What the optimizer
 * remembers is freed at the end; to go on later, use checkpoints.
 *
 * @param model anything with parameters and a loss; it is changed in place
 * @param batches what the model's loss takes, read epoch after epoch; borrowed
 * @returns what happened, in plain numbers; also after an abort
 * @throws ConfigError if an option is misspelt or cannot work
 * @throws TrainingError if there is nothing to train (on), or before the update of a step whose loss or gradient is not
 *   a finite number: the weights are then those after the step before
 * @throws CheckpointError if a checkpoint cannot be stored or read; the weights are then those of the last step
 */
export async function fit<Batch>(
  model: AnyModule & TrainableModel<Batch>,
  batches: Batches<Batch>,
  options: FitOptions<Batch>,
): Promise<TrainingHistory> {
  const settings = fitSettings(options);
  const { steps, accumulate, clipNorm, seed, signal } = settings;
  const parameters = namedParameters(model);
  const optimizer = new OptimizerState(settings.optimizer, parameters);
  const data = new BatchStream(batches, settings.epochs);
  const eventLoop = new EventLoop();
  const history = emptyHistory();
  const run = { step: 0, steps: options.steps, history, parameters } satisfies TrainingRun;
  const callbacks = new CallbackList(settings.callbacks, run);

  const takeStep = async () => {
    const nextBatch = () => data.next();
    const { step } = run;
    const report = await trainStep({ model, nextBatch, optimizer, accumulate, clipNorm, seed, step, eventLoop });
    if (report === undefined) return false;
    run.step = report.step;
    history.steps.push(report.step);
    history.losses.push(report.loss);
    history.counts.push(report.count);
    history.learningRates.push(report.learningRate);
    history.gradientNorms.push(report.gradientNorm);
    await callbacks.tell('onStep', report);
    return true;
  };

  const evaluateIfDue = async (every: number) => {
    const plan = settings.evaluate;
    if (plan === undefined || run.step === 0 || run.step % every !== 0) return;
    if (history.evaluations.at(-1)?.step === run.step) return;
    const { loss, metrics } = await evaluate(model, plan.batches, { metrics: plan.metrics, signal });
    if (!Number.isFinite(loss)) {
      throw new TrainingError(`fit: the evaluation loss is ${loss} after step ${run.step}.`, { value: loss });
    }
    const report = { step: run.step, loss, metrics };
    history.evaluations.push(report);
    await callbacks.tell('onEvaluation', report);
  };

  const train = async (): Promise<TrainingEnding> => {
    await callbacks.start(new Map());
    for (;;) {
      await evaluateIfDue(settings.evaluate?.every ?? 0);
      if (signal?.aborted) return 'aborted';
      if (callbacks.stopped) break;
      if (run.step >= steps || !(await takeStep())) break;
    }
    await evaluateIfDue(1);
    return callbacks.stopped ? 'stopped' : 'finished';
  };

  let end: EndReport = { ending: 'failed' };
  try {
    history.ending = await train();
    end = { ending: history.ending };
    return history;
  } catch (error) {
    end = { ending: 'failed', error };
    throw error;
  } finally {
    optimizer.dispose();
    await data.close();
    await callbacks.end(end);
  }
}
