import { ConfigError, rejectUnknownOptions, TrainingError } from '../errors/index.js';
import type { TrainingCallback, WeightSnapshot } from './callbacks.js';
import { checkNumber } from './checkNumber.js';
import type { EvaluationReport } from './history.js';
import { assignWeights, readWeights } from './weights.js';

/** What `earlyStopping` takes. */
export interface EarlyStoppingOptions {
  /** How many evaluations in a row may pass without an improvement before training stops: 1 stops at the first. */
  readonly patience: number;
  /** What is watched: 'loss' (default) or the name of a metric. */
  readonly metric?: string;
  /** Whether less or more of it is better; 'min' by default. */
  readonly mode?: 'min' | 'max';
  /** By how much a value must be better to count as an improvement; 0 by default. */
  readonly minDelta?: number;
  /** Whether the model gets the best weights at the end; true by default. */
  readonly restoreBest?: boolean;
}

/**
 * Stops when evaluations no longer improve, and gives the model its best weights back at the end, also of a training
 * that ran to its last step. After an abort or a failure the last weights stay, from which training can go on.
 *
 * @throws ConfigError if an option is misspelt or cannot work
 * @see Prechelt 1998, https://doi.org/10.1007/3-540-49430-8_3
 */
export function earlyStopping(options: EarlyStoppingOptions): TrainingCallback {
  rejectUnknownOptions('earlyStopping', options, ['patience', 'metric', 'mode', 'minDelta', 'restoreBest']);
  const { patience, metric = 'loss', mode = 'min', minDelta = 0, restoreBest = true } = options;
  checkNumber('earlyStopping: patience', patience, { whole: true, min: 1 });
  checkNumber('earlyStopping: minDelta', minDelta, { min: 0 });
  if (mode !== 'min' && mode !== 'max') {
    throw new ConfigError(`earlyStopping: mode '${String(mode)}' is neither 'min' nor 'max'.`, { value: mode });
  }
  let bestValue: number | undefined;
  let snapshot: WeightSnapshot | undefined;
  let evaluationsWithoutImprovement = 0;
  const answer = () => (evaluationsWithoutImprovement >= patience ? 'stop' : undefined);
  const improves = (value: number) =>
    bestValue === undefined || (mode === 'min' ? value < bestValue - minDelta : value > bestValue + minDelta);

  return {
    name: `earlyStopping:${metric}`,
    onStart: answer,
    async onEvaluation(report, { parameters }) {
      const value = watched(report, metric);
      if (improves(value)) {
        bestValue = value;
        evaluationsWithoutImprovement = 0;
        if (restoreBest) snapshot = { step: report.step, weights: await readWeights(parameters) };
      } else {
        evaluationsWithoutImprovement++;
      }
      return answer();
    },
    onEnd({ ending }, { parameters, step }) {
      if (snapshot === undefined || snapshot.step === step) return;
      if (ending !== 'finished' && ending !== 'stopped') return;
      assignWeights(parameters, snapshot.weights);
    },
    state: () => ({ values: { bestValue, evaluationsWithoutImprovement }, snapshot }),
    restore(state) {
      const values = (state?.values ?? {}) as { bestValue?: number; evaluationsWithoutImprovement?: number };
      bestValue = values.bestValue;
      evaluationsWithoutImprovement = values.evaluationsWithoutImprovement ?? 0;
      snapshot = state?.snapshot;
    },
  };
}

function watched({ loss, metrics, step }: EvaluationReport, metric: string): number {
  const value = metric === 'loss' ? loss : metrics[metric];
  if (value !== undefined && Number.isFinite(value)) return value;
  throw new TrainingError(
    value === undefined
      ? `earlyStopping: the evaluation has no metric ${metric}. Metrics: ${['loss', ...Object.keys(metrics)].join(', ')}.`
      : `earlyStopping: ${metric} is ${value} at step ${step}, which is neither better nor worse than another value.`,
    { value: metric },
  );
}
