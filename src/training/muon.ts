import { add, mul, reshape, sub, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import type { Parameter } from '../nn/index.js';
import { toMatrix } from '../ops/matrixProduct.js';
import { type AdamWOptions, adamW } from './adamW.js';
import { checkNumber } from './checkNumber.js';
import { JORDAN_QUINTIC, newtonSchulz } from './newtonSchulz.js';
import type { Optimizer, UpdateTensors } from './optimizer.js';
import { checkGroups, groupOf, type ParameterGroup } from './parameterGroups.js';
import { polarExpress } from './polarExpress.js';
import { type LearningRate, toSchedule } from './schedules.js';

/** What `muon` takes. */
export interface MuonOptions {
  /** The matrices' learning rate, for example 0.02; one of [in, out] has sqrt(max(1, out / in)) times it. */
  readonly learningRate: LearningRate;
  /** The matrices' decoupled decay; 0 by default. */
  readonly weightDecay?: number;
  /** The momentum after its own warm-up, 0..1; 0.95 by default. */
  readonly momentum?: number;
  /** How the momentum gets there, in a straight line; by default from 0.85, or `momentum` if that is less, in 300 steps. */
  readonly momentumWarmup?: {
    /** The momentum of the first step, 0..1 (1 excluded). */
    readonly from: number;
    /** Steps until the full momentum, a whole number; 0 for no warm-up. */
    readonly steps: number;
  };
  /** Steps of the Newton-Schulz iteration; 5 by default. */
  readonly newtonSchulzSteps?: number;
  /**
   * Takes the steps' polynomials from Polar Express, the best ones for singular values that are at least this part of a
   * matrix's Frobenius norm, 0..1 (ends excluded). For 3 steps 0.01 suits; without it every step has Jordan's polynomial.
   *
   * @see Amsel et al. 2025, https://arxiv.org/abs/2505.16932
   */
  readonly smallestSingularValue?: number;
  /** The optimizer of everything that is no matrix: embeddings, biases, norms. */
  readonly adamW: AdamWOptions;
  /** Parameters with settings of their own, matrices and others; the first that matches counts. */
  readonly groups?: readonly ParameterGroup[];
}

/**
 * Muon: the momentum of each matrix (role 'matrix') made orthogonal, so that a step moves all directions alike; AdamW
 * for all other parameters.
 *
 * @throws ConfigError if an option is misspelt or cannot work
 * @see Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/
 */
export function muon(options: MuonOptions): Optimizer {
  rejectUnknownOptions('muon', options, [
    'learningRate',
    'weightDecay',
    'momentum',
    'momentumWarmup',
    'newtonSchulzSteps',
    'smallestSingularValue',
    'adamW',
    'groups',
  ]);
  const { weightDecay = 0, momentum = 0.95, newtonSchulzSteps = 5, smallestSingularValue, groups = [] } = options;
  const { momentumWarmup = { from: Math.min(0.85, momentum), steps: 300 } } = options;
  checkNumber('muon: weightDecay', weightDecay, { min: 0 });
  checkNumber('muon: momentum', momentum, { min: 0, below: 1 });
  checkNumber('muon: momentumWarmup.from', momentumWarmup.from, { min: 0, below: 1 });
  checkNumber('muon: momentumWarmup.steps', momentumWarmup.steps, { whole: true, min: 0 });
  checkNumber('muon: newtonSchulzSteps', newtonSchulzSteps, { whole: true, min: 1 });
  if (smallestSingularValue !== undefined) {
    checkNumber('muon: smallestSingularValue', smallestSingularValue, { above: 0, below: 1 });
  }
  checkGroups('muon', groups);
  if (options.adamW === undefined) {
    throw new ConfigError(
      'muon: adamW is missing, the options for embeddings, biases and norms.\nTry adamW: { learningRate: 4e-3 }.',
    );
  }
  const learningRate = toSchedule(options.learningRate);
  const momentumAt = (step: number) => {
    const progress = step < momentumWarmup.steps ? step / momentumWarmup.steps : 1;
    return momentumWarmup.from + (momentum - momentumWarmup.from) * progress;
  };
  // One function for all matrices: their updates are made together.
  const polynomials =
    smallestSingularValue === undefined
      ? Array.from({ length: newtonSchulzSteps }, () => JORDAN_QUINTIC)
      : polarExpress(newtonSchulzSteps, smallestSingularValue);
  const orthogonalize = (matrices: readonly Tensor[]) => newtonSchulz(matrices as Tensor2D[], polynomials);
  const rest = adamW({ ...options.adamW, groups: [...groups, ...(options.adamW.groups ?? [])] });
  return {
    name: 'muon',
    learningRate,
    ruleFor: (path, parameter) => {
      if (!isMatrix(parameter)) return rest.ruleFor(path, parameter);
      const group = groupOf(groups, path, parameter);
      if (group.frozen) return undefined;
      const settings = (step: number) => {
        const rate = group.learningRateScale * learningRate(step);
        return { rate, keep: 1 - rate * (group.weightDecay ?? weightDecay), momentum: momentumAt(step) };
      };
      return {
        slots: ['momentum'],
        before: (tensors, context) => lookAhead(tensors, settings(context.step).momentum, context.gradientScale),
        together: orthogonalize,
        after: ({ value }, direction, { step }) => {
          const { rate, keep } = settings(step);
          const { shape } = toMatrix(value); // [in, out]
          const stepSize = rate * Math.sqrt(Math.max(1, shape[1] / shape[0]));
          const change = mul(reshape(direction, value.shape), stepSize);
          return sub(keep === 1 ? value : mul(value, keep), change);
        },
      };
    },
  };
}

/**
 * The momentum moved on, and where it leads: Nesterov's look ahead.
 *
 * @returns [direction [in, out], new momentum]
 */
function lookAhead({ gradient, slots, value }: UpdateTensors, momentum: number, gradientScale: number): Tensor[] {
  const scaled = mul(gradient, (1 - momentum) * gradientScale);
  const velocity = add(mul(slots[0]!, momentum), scaled);
  return [toMatrix(reshape(add(scaled, mul(velocity, momentum)), value.shape)), velocity];
}

/** Whether Muon itself takes a parameter: one that maps hidden states; more than two axes count as [..., out]. */
function isMatrix({ role, shape }: Parameter): boolean {
  return role === 'matrix' && shape.length >= 2;
}
