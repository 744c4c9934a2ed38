// What an optimizer is to training: a rule for each parameter. `OptimizerState` keeps what the rules remember.
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Parameter } from '../nn/index.js';

/**
 * A way to turn gradients into updates. It holds settings only, so one optimizer may serve several trainings; what it
 * remembers of a parameter is kept by `OptimizerState`.
 */
export interface Optimizer {
  /** Names the kind: a checkpoint of one kind is not resumed with another. */
  readonly name: string;
  /** The learning rate that reports show, of a 0-based step. */
  learningRate(step: number): number;
  /** The rule of a parameter, or undefined for one that is frozen. */
  ruleFor(path: string, parameter: Parameter): UpdateRule | StagedUpdateRule | undefined;
}

/** How one parameter is updated. */
export interface UpdateRule {
  /** The tensors it remembers, by name; each has the parameter's shape and starts at zero. */
  readonly slots: readonly string[];
  /**
   * One update. It runs inside `tidy`.
   *
   * @returns the new value, then the new slots in their order
   */
  update(tensors: UpdateTensors, context: UpdateContext): readonly Tensor[];
}

/** How one parameter is updated where the middle of the update is faster for many parameters together. */
export interface StagedUpdateRule {
  /** As those of an `UpdateRule`. */
  readonly slots: readonly string[];
  /**
   * What comes first. It runs inside `tidy`.
   *
   * @returns what `together` takes, then the new slots in their order
   */
  before(tensors: UpdateTensors, context: UpdateContext): readonly Tensor[];
  /**
   * The middle, of all parameters whose rules have this very function.
   *
   * @param inputs one for each parameter
   * @returns as many
   */
  readonly together: (inputs: readonly Tensor[]) => readonly Tensor[];
  /**
   * What comes last.
   *
   * @param input what `together` made of this parameter's
   * @returns the new value
   */
  after(tensors: UpdateTensors, input: Tensor, context: UpdateContext): Tensor;
}

/** What an update reads; all of the parameter's shape, and borrowed. */
export interface UpdateTensors {
  /** The parameter before the update. */
  readonly value: Tensor;
  /** To be multiplied by `gradientScale`. */
  readonly gradient: Tensor;
  /** What the rule remembers, in the order of its `slots`; zeros at the first update. */
  readonly slots: readonly Tensor[];
}

/** Where an update stands. */
export interface UpdateContext {
  /** Updates that training made before: 0 at the first one. */
  readonly step: number;
  /** Updates of this parameter, this one included: 1 at the first one. */
  readonly updates: number;
  /** What the gradient is to be multiplied by: 1 / count of a mean loss, and what clipping leaves. */
  readonly gradientScale: number;
}
