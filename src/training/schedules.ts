// Learning rates over time. A schedule is a plain function, so that your own is as good as these.
import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import { checkNumber } from './checkNumber.js';

/**
 * The learning rate of a training step.
 *
 * @param step how many updates were made before: 0 at the first one
 */
export type Schedule = (step: number) => number;

/** A number that stays, or a schedule. */
export type LearningRate = number | Schedule;

/** The same rate at every step. */
export function constant(rate: number): Schedule {
  checkNumber('constant: rate', rate, { min: 0 });
  return () => rate;
}

/** What `linearWarmup` takes. */
export interface LinearWarmupOptions {
  /** The rate after the warm-up, the largest. */
  readonly peak: number;
  /** Steps from 0 to the peak: step 0 has rate 0, step `warmupSteps` the peak. 0 starts at the peak. */
  readonly warmupSteps: number;
  /** The step that has rate 0 again. Not needed without decay. */
  readonly totalSteps?: number;
  /** How the rate goes on after the warm-up: 'linear' to 0 at `totalSteps` (default), or 'none'. */
  readonly decay?: 'linear' | 'none';
}

/** From 0 to the peak in a straight line, then to 0 in another one (BERT, GPT-1's fine-tuning), or on at the peak. */
export function linearWarmup(options: LinearWarmupOptions): Schedule {
  rejectUnknownOptions('linearWarmup', options, ['peak', 'warmupSteps', 'totalSteps', 'decay']);
  const { peak, warmupSteps, totalSteps, decay = 'linear' } = options;
  checkNumber('linearWarmup: peak', peak, { min: 0 });
  checkNumber('linearWarmup: warmupSteps', warmupSteps, { whole: true, min: 0 });
  if (decay === 'none') return (step) => peak * warmupFactor(step, warmupSteps);
  if (decay !== 'linear') {
    throw new ConfigError(`linearWarmup: decay '${String(decay)}' is neither 'linear' nor 'none'.`, { value: decay });
  }
  const end = checkTotalSteps('linearWarmup', totalSteps, warmupSteps, "Or set decay: 'none'.");
  return (step) =>
    peak * (step < warmupSteps ? warmupFactor(step, warmupSteps) : Math.max(0, (end - step) / (end - warmupSteps)));
}

/** What `cosine` takes. */
export interface CosineOptions {
  /** The rate after the warm-up, the largest. */
  readonly peak: number;
  /** Steps from 0 to the peak, in a straight line; none by default. */
  readonly warmupSteps?: number;
  /** The step that reaches the floor. */
  readonly totalSteps: number;
  /** The smallest rate after the warm-up; 0 by default. */
  readonly floor?: number;
}

/**
 * Half a cosine wave from the peak to the floor, after a linear warm-up. Past `totalSteps` the wave goes on and rises
 * again, as in PyTorch and Hugging Face's transformers.
 *
 * @see Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983
 */
export function cosine(options: CosineOptions): Schedule {
  rejectUnknownOptions('cosine', options, ['peak', 'warmupSteps', 'totalSteps', 'floor']);
  const { peak, warmupSteps = 0, totalSteps, floor = 0 } = options;
  checkNumber('cosine: peak', peak, { min: 0 });
  checkNumber('cosine: warmupSteps', warmupSteps, { whole: true, min: 0 });
  checkNumber('cosine: floor', floor, { min: 0 });
  if (floor > peak) {
    throw new ConfigError(`cosine: the floor ${floor} is above the peak ${peak}. Swap them?`, { value: floor });
  }
  const end = checkTotalSteps('cosine', totalSteps, warmupSteps, '');
  return (step) => {
    if (step < warmupSteps) return peak * warmupFactor(step, warmupSteps);
    const progress = (step - warmupSteps) / (end - warmupSteps);
    return floor + (peak - floor) * 0.5 * (1 + Math.cos(Math.PI * progress));
  };
}

/** What `inverseSquareRoot` takes. */
export interface InverseSquareRootOptions {
  /** The largest rate. The Transformer's paper has 1 / sqrt(dModel * warmupSteps). */
  readonly peak: number;
  /** How many updates it takes to reach the peak: step `warmupSteps - 1` has it. At least 1. */
  readonly warmupSteps: number;
}

/**
 * Rises in a straight line, then falls with the square root of the number of updates; the first update has
 * peak / warmupSteps, not 0.
 *
 * @see Vaswani et al. 2017, section 5.3, https://arxiv.org/abs/1706.03762
 */
export function inverseSquareRoot(options: InverseSquareRootOptions): Schedule {
  rejectUnknownOptions('inverseSquareRoot', options, ['peak', 'warmupSteps']);
  const { peak, warmupSteps } = options;
  checkNumber('inverseSquareRoot: peak', peak, { min: 0 });
  checkNumber('inverseSquareRoot: warmupSteps', warmupSteps, { whole: true, min: 1 });
  return (step) => peak * Math.min((step + 1) / warmupSteps, Math.sqrt(warmupSteps / (step + 1)));
}

/** A rate as a schedule. */
export function toSchedule(rate: LearningRate): Schedule {
  return typeof rate === 'function' ? rate : constant(rate);
}

function warmupFactor(step: number, warmupSteps: number): number {
  return step < warmupSteps ? step / warmupSteps : 1;
}

function checkTotalSteps(owner: string, totalSteps: number | undefined, warmupSteps: number, advice: string): number {
  if (totalSteps !== undefined && Number.isSafeInteger(totalSteps) && totalSteps > warmupSteps) return totalSteps;
  throw new ConfigError(
    `${owner}: totalSteps is ${totalSteps}. It must be a whole number above warmupSteps ${warmupSteps}.\n${advice}`.trimEnd(),
    { value: totalSteps },
  );
}
