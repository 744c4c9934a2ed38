import type { CheckpointStore } from '../checkpoints/index.js';
import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import type { Batches } from './batches.js';
import type { TrainingCallback } from './callbacks.js';
import { checkNumber } from './checkNumber.js';
import type { Metrics } from './evaluate.js';
import type { Optimizer } from './optimizer.js';

/** What `fit` takes besides model and batches. */
export interface FitOptions<Batch> {
  /** How gradients change the parameters, for example `adamW({ learningRate: 1e-3 })`. */
  readonly optimizer: Optimizer;
  /** Updates to be made in all, those before a resumed checkpoint included. Steps, epochs or both are needed. */
  readonly steps?: number | undefined;
  /** Passes over the batches. The last step of the last epoch takes the batches that are left. */
  readonly epochs?: number | undefined;
  /** The largest Euclidean norm of the mean loss's gradient; a larger gradient is scaled down to it. None by default. */
  readonly clipNorm?: number | undefined;
  /** How many batches make one update, as if they were one big batch; 1 by default. */
  readonly accumulate?: number | undefined;
  /** 32-bit integer that dropout's randomness comes from; 0 by default. */
  readonly seed?: number | undefined;
  /** Ends training after the step in which it aborts; `fit` then resolves, with the ending 'aborted'. */
  readonly signal?: AbortSignal | undefined;
  /** When and on what to evaluate. */
  readonly evaluate?: EvaluationPlan<Batch> | undefined;
  /** Told in this order of what happens; none by default. Those with a state need names of their own. */
  readonly callbacks?: readonly TrainingCallback[] | undefined;
  /** Where and when to store checkpoints. */
  readonly checkpoint?: CheckpointPlan | undefined;
  /** Whether to go on from the newest checkpoint of the store, if it holds one; false by default. */
  readonly resume?: boolean | undefined;
}

/** When and on what `fit` evaluates. It also does at the end. */
export interface EvaluationPlan<Batch> {
  /** Read once an evaluation. */
  readonly batches: Batches<Batch>;
  /** Steps between evaluations; only at the end by default. */
  readonly every?: number | undefined;
  /** Numbers to compute besides the loss, by name. */
  readonly metrics?: Metrics<Batch> | undefined;
}

/** Where and when `fit` stores checkpoints. It also does at the end and at an abort. */
export interface CheckpointPlan {
  /** A store for this training alone: a directory, IndexedDB, or your own. */
  readonly store: CheckpointStore;
  /** Steps between checkpoints; only at the end by default. */
  readonly every?: number | undefined;
  /** How many of the newest stay; the one with the lowest evaluation loss stays as well. All by default. */
  readonly keep?: number | undefined;
  /** Told of a damaged checkpoint that a resume passes over for the one before; `console.warn` by default. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Options with all defaults filled in. */
export type FitSettings<Batch> = ReturnType<typeof fitSettings<Batch>>;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws ConfigError if an option is misspelt or cannot work
 */
export function fitSettings<Batch>(options: FitOptions<Batch>) {
  rejectUnknownOptions('fit', options, [
    'optimizer',
    'steps',
    'epochs',
    'clipNorm',
    'accumulate',
    'seed',
    'signal',
    'evaluate',
    'callbacks',
    'checkpoint',
    'resume',
  ]);
  rejectUnknownOptions('fit: evaluate', options.evaluate ?? {}, ['batches', 'every', 'metrics']);
  rejectUnknownOptions('fit: checkpoint', options.checkpoint ?? {}, ['store', 'every', 'keep', 'onWarning']);
  const { optimizer, steps, epochs, accumulate = 1, seed = 0, resume = false } = options;
  const { clipNorm, signal, evaluate, callbacks = [], checkpoint } = options;
  if (steps === undefined && epochs === undefined) {
    throw new ConfigError('fit: neither steps nor epochs says when to end. Try epochs: 1.');
  }
  if (typeof optimizer?.ruleFor !== 'function') {
    throw new ConfigError('fit: there is no optimizer. Try optimizer: adamW({ learningRate: 1e-3 }).', {
      value: optimizer,
    });
  }
  checkParts(options);
  const atLeastOne = (name: string, value: number | undefined) =>
    value === undefined ? Number.POSITIVE_INFINITY : checkNumber(`fit: ${name}`, value, { whole: true, min: 1 });
  if (resume && checkpoint === undefined) {
    throw new ConfigError('fit: resume needs a checkpoint: { store }, where there is something to resume from.');
  }
  return {
    optimizer,
    steps: atLeastOne('steps', steps),
    epochs: atLeastOne('epochs', epochs),
    accumulate: atLeastOne('accumulate', accumulate),
    clipNorm: clipNorm === undefined ? Number.POSITIVE_INFINITY : checkNumber('fit: clipNorm', clipNorm, { above: 0 }),
    seed: checkNumber('fit: seed', seed, { whole: true }),
    signal,
    callbacks,
    evaluate: evaluate && { ...evaluate, every: atLeastOne('evaluate.every', evaluate.every) },
    checkpoint: checkpoint && {
      ...checkpoint,
      every: atLeastOne('checkpoint.every', checkpoint.every),
      keep: atLeastOne('checkpoint.keep', checkpoint.keep),
    },
    resume,
  };
}

/** Refuses parts of another kind at once: some would be ignored, others fail only when their time comes. */
function checkParts<Batch>({ signal, evaluate, callbacks = [], checkpoint }: FitOptions<Batch>): void {
  const check = (fits: boolean, message: string, value: unknown) => {
    if (!fits) throw new ConfigError(`fit: ${message}`, { value });
  };
  check(
    signal === undefined || typeof signal?.aborted === 'boolean',
    'signal is no AbortSignal. Of an AbortController it is its .signal.',
    signal,
  );
  check(
    evaluate === undefined || (evaluate.batches !== undefined && evaluate.batches !== null),
    'evaluate has no batches. Try evaluate: { batches, every: 100 }.',
    evaluate,
  );
  check(
    Array.isArray(callbacks) &&
      callbacks.every((callback: unknown) => typeof callback === 'object' && callback !== null),
    'callbacks is no array of callbacks. Try callbacks: [progressBar()], with brackets and parentheses.',
    callbacks,
  );
  check(
    checkpoint === undefined || typeof checkpoint.store?.folder === 'function',
    'checkpoint has no store. Try checkpoint: { store: directoryStore(path) } or memoryStore().',
    checkpoint,
  );
}
