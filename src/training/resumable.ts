import { TrainingError } from '../errors/index.js';
import type { Parameter } from '../nn/index.js';
import type { OptimizerState } from './optimizerState.js';
import type { TrainingState } from './trainingState.js';

/** The training that is to go on from a state. */
export interface ResumingTraining {
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly optimizer: OptimizerState;
  readonly seed: number;
  readonly accumulate: number;
}

/**
 * Refuses a state from which this training cannot go on as the one that was interrupted.
 *
 * @throws TrainingError naming the difference
 */
export function checkResumable(state: TrainingState, training: ResumingTraining): void {
  const difference = differenceOf(state, training);
  if (difference === undefined) return;
  throw new TrainingError(
    `fit: the checkpoint of step ${state.step} does not belong to this training: ${difference}.\n` +
      'Resume with the model and options of the interrupted training, or start anew in an empty store.',
    { value: difference },
  );
}

function differenceOf(state: TrainingState, training: ResumingTraining): string | undefined {
  const { parameters, optimizer, seed, accumulate } = training;
  for (const [path, { shape }] of state.weights) {
    const parameter = parameters.get(path);
    if (parameter === undefined) return `it has a parameter ${path}, and the model has none`;
    if (parameter.shape.join() !== shape.join()) {
      return `its parameter ${path} is [${shape.join(', ')}], and the model's is [${parameter.shape.join(', ')}]`;
    }
  }
  for (const path of parameters.keys()) {
    if (!state.weights.has(path)) return `the model has a parameter ${path}, and it has none`;
  }
  if (state.optimizer !== optimizer.name) return `its optimizer was ${state.optimizer}, and is ${optimizer.name}`;
  const slotNames = optimizer.slotNames();
  for (const [path, { slots }] of state.slots) {
    const [was, is] = [[...slots.keys()], slotNames.get(path) ?? []].map((names) => [...names].sort().join(', '));
    if (was !== is) return `its optimizer kept (${was}) of ${path}, and this one keeps (${is})`;
  }
  if (state.seed !== seed) return `its seed was ${state.seed}, and is ${seed}`;
  if (state.accumulate !== accumulate) return `accumulate was ${state.accumulate}, and is ${accumulate}`;
  return undefined;
}
