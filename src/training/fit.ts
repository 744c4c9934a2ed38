import { TrainingError } from '../errors/index.js';
import { EventLoop } from '../eventLoop/eventLoop.js';
import { type AnyModule, namedParameters, type TrainableModel } from '../nn/index.js';
import { BackendWatch } from './backendWatch.js';
import { type Batches, BatchStream } from './batches.js';
import { CallbackList } from './callbackList.js';
import type { TrainingRun } from './callbacks.js';
import { CheckpointSeries } from './checkpointSeries.js';
import { checkTrainable } from './checkTrainable.js';
import { evaluate } from './evaluate.js';
import { type FitOptions, type FitSettings, fitSettings } from './fitOptions.js';
import { emptyHistory, type TrainingEnding, type TrainingHistory } from './history.js';
import { OptimizerState } from './optimizerState.js';
import { checkResumable } from './resumable.js';
import type { TrainingState } from './trainingState.js';
import { trainStep } from './trainStep.js';
import { assignWeights, readWeights } from './weights.js';

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
 * @throws BackendError if the browser takes the graphics card's context back; no update is made without it
 * @throws CheckpointError if a checkpoint cannot be stored or read; the weights are then those of the last step
 */
export async function fit<Batch>(
  model: AnyModule & TrainableModel<Batch>,
  batches: Batches<Batch>,
  options: FitOptions<Batch>,
): Promise<TrainingHistory> {
  return new Training(model, batches, options).run();
}

/** One call of `fit`. */
class Training<Batch> {
  readonly #model: AnyModule & TrainableModel<Batch>;
  readonly #settings: FitSettings<Batch>;
  readonly #optimizer: OptimizerState;
  readonly #data: BatchStream<Batch>;
  readonly #run: { step: number } & Omit<TrainingRun, 'step'>;
  readonly #callbacks: CallbackList;
  readonly #checkpoints: CheckpointSeries | undefined;
  readonly #eventLoop = new EventLoop();
  readonly #backend: BackendWatch;
  #savedStep = 0;

  constructor(model: AnyModule & TrainableModel<Batch>, batches: Batches<Batch>, options: FitOptions<Batch>) {
    const settings = fitSettings(options);
    const parameters = namedParameters(model);
    this.#model = model;
    this.#settings = settings;
    this.#optimizer = new OptimizerState(settings.optimizer, parameters);
    checkTrainable(this.#optimizer.trainable());
    this.#data = new BatchStream(batches, settings.epochs);
    this.#run = { step: 0, steps: options.steps, history: emptyHistory(), parameters };
    this.#callbacks = new CallbackList(settings.callbacks, this.#run);
    this.#checkpoints = settings.checkpoint && new CheckpointSeries(settings.checkpoint, this.#eventLoop);
    this.#backend = new BackendWatch(() => this.#run.step);
  }

  async run(): Promise<TrainingHistory> {
    const { history } = this.#run;
    try {
      history.ending = await Promise.race([this.#train(), this.#backend.loss]);
    } catch (error) {
      await this.#callbacks.end({ ending: 'failed', error }).catch(() => {}); // the first error says more
      throw error;
    } finally {
      this.#backend.stop();
      this.#optimizer.dispose();
      await this.#data.close();
    }
    await this.#callbacks.end({ ending: history.ending });
    return history;
  }

  async #train(): Promise<TrainingEnding> {
    const { steps, signal, evaluate, checkpoint } = this.#settings;
    await this.#start();
    for (;;) {
      if (evaluate) await this.#evaluateIfDue(evaluate.every);
      if (checkpoint) await this.#saveIfDue(checkpoint.every);
      if (signal?.aborted || this.#callbacks.stopped || this.#run.step >= steps) break;
      if (!(await this.#takeStep())) break;
    }
    if (evaluate) await this.#evaluateIfDue(1);
    if (checkpoint) await this.#saveIfDue(1);
    return signal?.aborted ? 'aborted' : this.#callbacks.stopped ? 'stopped' : 'finished';
  }

  /** At the beginning, or where the newest checkpoint was made. */
  async #start(): Promise<void> {
    const { resume, seed, accumulate } = this.#settings;
    const { parameters, history } = this.#run;
    const state = resume ? await this.#checkpoints?.newest() : await this.#checkpoints?.expectNone();
    if (state) {
      checkResumable(state, { parameters, optimizer: this.#optimizer, seed, accumulate });
      await this.#data.restore(state.data);
      assignWeights(parameters, state.weights);
      this.#optimizer.restore(state.slots);
      Object.assign(history, state.history);
      this.#run.step = this.#savedStep = state.step;
    }
    await this.#callbacks.start(state?.callbacks ?? new Map());
  }

  /** @returns whether there was data for a step */
  async #takeStep(): Promise<boolean> {
    const { history, step } = this.#run;
    const report = await trainStep({
      ...this.#settings,
      model: this.#model,
      nextBatch: () => this.#data.next(),
      optimizer: this.#optimizer,
      step,
      eventLoop: this.#eventLoop,
      backend: this.#backend,
    });
    if (report === undefined) return false;
    this.#run.step = report.step;
    history.steps.push(report.step);
    history.losses.push(report.loss);
    history.counts.push(report.count);
    history.learningRates.push(report.learningRate);
    history.gradientNorms.push(report.gradientNorm);
    await this.#callbacks.tell('onStep', report);
    return true;
  }

  /** Evaluates if `every` divides the step, once. An evaluation that the signal cuts short is made up on resume. */
  async #evaluateIfDue(every: number): Promise<void> {
    const { evaluate: plan, signal } = this.#settings;
    const { step, history } = this.#run;
    if (step === 0 || step % every !== 0 || history.evaluations.at(-1)?.step === step) return;
    const { batches, metrics } = plan!;
    const result = await evaluate(this.#model, batches, { metrics, signal }).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
    if (result === undefined) return;
    this.#backend.check();
    if (!Number.isFinite(result.loss)) {
      throw new TrainingError(`fit: the evaluation loss is ${result.loss} after step ${step}.`, { value: result.loss });
    }
    const report = { step, loss: result.loss, metrics: result.metrics };
    history.evaluations.push(report);
    await this.#callbacks.tell('onEvaluation', report);
  }

  /** Stores a checkpoint if `every` divides the step, once. */
  async #saveIfDue(every: number): Promise<void> {
    const { step, history, parameters } = this.#run;
    if (step === this.#savedStep || step % every !== 0) return;
    const { seed, accumulate } = this.#settings;
    const state: TrainingState = {
      step,
      seed,
      accumulate,
      optimizer: this.#optimizer.name,
      data: this.#data.position(),
      history,
      weights: await readWeights(parameters),
      slots: await this.#optimizer.read(),
      callbacks: this.#callbacks.states(),
    };
    this.#backend.check();
    const folder = await this.#checkpoints!.save(state);
    this.#savedStep = step;
    await this.#callbacks.tell('onCheckpoint', { step, folder });
  }
}
