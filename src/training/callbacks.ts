import type { Parameter } from '../nn/index.js';
import type { EvaluationReport, TrainingEnding, TrainingHistory } from './history.js';
import type { JsonValue } from './json.js';
import type { Weights } from './weights.js';

/**
 * Takes part in a training. Every method is optional and may return a promise, which is awaited; `onStart`, `onStep`,
 * `onEvaluation` and `onCheckpoint` may answer 'stop', and training stops after the step.
 */
export interface TrainingCallback {
  /** Names its state in a checkpoint; needed where there is a `state`. */
  readonly name?: string;
  /** Before the first step, after a checkpoint was restored. */
  onStart?(run: TrainingRun): CallbackAnswer;
  /** After each update. */
  onStep?(report: StepReport, run: TrainingRun): CallbackAnswer;
  /** After each evaluation. */
  onEvaluation?(report: EvaluationReport, run: TrainingRun): CallbackAnswer;
  /** After a checkpoint was stored. */
  onCheckpoint?(report: CheckpointReport, run: TrainingRun): CallbackAnswer;
  /** Last, whatever happened, if `onStart` was called. */
  onEnd?(report: EndReport, run: TrainingRun): void | Promise<void>;
  /** What it must remember in a checkpoint. */
  state?(): CallbackState;
  /** Before `onStart`: remembers what `state` gave, or with undefined forgets everything for a new training. */
  restore?(state: CallbackState | undefined): void;
}

/** Whether to go on. */
// biome-ignore lint/suspicious/noConfusingVoidType: a callback that answers nothing returns void
export type CallbackAnswer = void | 'stop' | Promise<void | 'stop'>;

/** What a callback remembers in a checkpoint. */
export interface CallbackState {
  /** Plain values: they are stored as JSON, which has neither NaN nor Infinity. */
  readonly values: JsonValue;
  /** Weights it keeps, such as the best ones. */
  readonly snapshot?: WeightSnapshot | undefined;
}

/** The weights of a model at one step. */
export interface WeightSnapshot {
  /** How many updates the weights had. */
  readonly step: number;
  /** Copies of the parameters, by path. */
  readonly weights: Weights;
}

/** A training that goes on. */
export interface TrainingRun {
  /** Updates made so far. */
  readonly step: number;
  /** Updates to be made in all; undefined where only epochs are counted. */
  readonly steps: number | undefined;
  /** What happened so far, the steps before a resumed checkpoint included; `fit` resolves with this object. */
  readonly history: TrainingHistory;
  /** The model's parameters by path, frozen ones included. */
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/** One update. */
export interface StepReport {
  /** 1 for the first. */
  readonly step: number;
  /** Mean loss before the update, in nats. */
  readonly loss: number;
  /** How many losses the mean was taken over: for a language model, tokens. */
  readonly count: number;
  /** The optimizer's rate for this update, before a parameter group's scale. */
  readonly learningRate: number;
  /** Euclidean norm of the mean loss's gradient, before clipping. */
  readonly gradientNorm: number;
}

/** A checkpoint that was stored. */
export interface CheckpointReport {
  /** How many updates the stored weights had. */
  readonly step: number;
  /** Its folder's name in the store. */
  readonly folder: string;
}

/** The end of a training. */
export interface EndReport {
  /** How it ended; 'failed' where `fit` is about to throw. */
  readonly ending: TrainingEnding | 'failed';
  /** What was thrown, if it failed. */
  readonly error?: unknown;
}
