import { CheckpointError, TrainingError } from '../errors/index.js';
import type { EventLoop } from '../eventLoop/eventLoop.js';
import type { CheckpointPlan } from './fitOptions.js';
import { stateFromFolder, stateToFiles, type TrainingState } from './trainingState.js';

/** What `CheckpointSeries` takes. */
export type CheckpointSeriesOptions = Pick<CheckpointPlan, 'store' | 'onWarning'> & {
  /** How many of the newest stay; Infinity for all. */
  readonly keep: number;
};

/** The checkpoints of one training in a store: a folder a step, `step-00000250`. */
export class CheckpointSeries {
  readonly #options: CheckpointSeriesOptions;
  readonly #eventLoop: EventLoop;

  constructor(options: CheckpointSeriesOptions, eventLoop: EventLoop) {
    this.#options = options;
    this.#eventLoop = eventLoop;
  }

  /**
   * The newest state that can be read: a damaged one is passed over with a warning.
   *
   * @returns undefined if there is no checkpoint
   * @throws CheckpointError if there are some and none can be read
   */
  async newest(): Promise<TrainingState | undefined> {
    const { store, onWarning = console.warn } = this.#options;
    const steps = await this.#steps();
    const errors: CheckpointError[] = [];
    for (const step of steps.toReversed()) {
      try {
        return await stateFromFolder(store.folder(folderName(step)), this.#eventLoop);
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        errors.push(error);
        onWarning(`fit: the checkpoint ${folderName(step)} cannot be read, trying the one before. ${error.message}`);
      }
    }
    if (errors.length === 0) return undefined;
    throw new CheckpointError(
      `fit: none of the ${errors.length} checkpoints can be read. The newest: ${errors[0]!.message}\n` +
        'Restore one from a backup, or start anew in an empty store.',
      { value: steps, cause: errors[0] },
    );
  }

  /**
   * Refuses to mix two trainings in one store.
   *
   * @throws TrainingError if there is a checkpoint
   */
  async expectNone(): Promise<void> {
    const steps = await this.#steps();
    if (steps.length === 0) return;
    throw new TrainingError(
      `fit: the store holds checkpoints of an earlier training, up to step ${steps.at(-1)}.\n` +
        'Go on from there with resume: true, or give a store that is empty.',
      { value: steps.at(-1) },
    );
  }

  /**
   * Stores a state, then removes what need not be kept.
   *
   * @returns the folder's name
   * @throws CheckpointError if it cannot be stored; the checkpoints before it are intact
   */
  async save(state: TrainingState): Promise<string> {
    const name = folderName(state.step);
    await told(`the checkpoint ${name} could not be stored`, name, async () =>
      this.#options.store.folder(name).write(await stateToFiles(state, this.#eventLoop)),
    );
    await told(`${name} is stored, but older ones could not be removed`, name, () => this.#prune(state));
    return name;
  }

  /** Steps beyond the present one could not be read when training resumed: they are not counted, and come again. */
  async #prune({ step, history }: TrainingState): Promise<void> {
    if (this.#options.keep === Number.POSITIVE_INFINITY) return;
    const stored = (await this.#steps()).filter((other) => other <= step);
    const [best] = history.evaluations
      .filter((evaluation) => stored.includes(evaluation.step))
      .sort((a, b) => a.loss - b.loss);
    for (const old of stored.slice(0, -this.#options.keep)) {
      if (old !== best?.step) await this.#options.store.remove(folderName(old));
    }
  }

  /** The steps of which there is a checkpoint, ascending. */
  async #steps(): Promise<number[]> {
    const names = await told('the checkpoints could not be listed', undefined, () => this.#options.store.list());
    const steps = names.flatMap((name) => /^step-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
    return steps.sort((a, b) => a - b);
  }
}

/** Padded, so that the order of names is that of steps. */
function folderName(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}

/** Does something with a store of any kind, whose failures become CheckpointErrors. */
async function told<T>(failure: string, value: unknown, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof CheckpointError) throw cause;
    throw new CheckpointError(`fit: ${failure}: ${String(cause)}`, { value, cause });
  }
}
