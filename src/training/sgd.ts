import { add, mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import { dispatchAll } from '../ops/index.js';
import { checkNumber } from './checkNumber.js';
import type { Optimizer, UpdateContext, UpdateTensors } from './optimizer.js';
import { checkGroups, groupOf, type ParameterGroup } from './parameterGroups.js';
import { type LearningRate, toSchedule } from './schedules.js';

/** What `sgd` takes. */
export interface SgdOptions {
  /** What the gradient is multiplied by, for example 0.1: >= 0, one number or a schedule. */
  readonly learningRate: LearningRate;
  /** How much of the sum of past gradients stays at each step, 0..1; 0 by default. */
  readonly momentum?: number;
  /** Whether the step looks ahead along the momentum; needs a momentum. */
  readonly nesterov?: boolean;
  /** L2 penalty: this times the parameter is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
  /** Parameters with settings of their own; the first that matches counts. */
  readonly groups?: readonly ParameterGroup[];
}

/**
 * Stochastic gradient descent with momentum. Equal to PyTorch's.
 *
 * @throws ConfigError if an option is misspelt or cannot work
 * @see Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html
 */
export function sgd(options: SgdOptions): Optimizer {
  rejectUnknownOptions('sgd', options, ['learningRate', 'momentum', 'nesterov', 'weightDecay', 'groups']);
  const { momentum = 0, nesterov = false, weightDecay = 0, groups } = options;
  checkNumber('sgd: momentum', momentum, { min: 0, below: 1 });
  checkNumber('sgd: weightDecay', weightDecay, { min: 0 });
  if (nesterov && momentum === 0) {
    throw new ConfigError('sgd: nesterov needs a momentum. Try momentum: 0.9.', { value: momentum });
  }
  checkGroups('sgd', groups);
  const learningRate = toSchedule(options.learningRate);
  return {
    name: 'sgd',
    learningRate,
    ruleFor: (path, parameter) => {
      const group = groupOf(groups, path, parameter);
      if (group.frozen) return undefined;
      const penalty = group.weightDecay ?? weightDecay;
      return {
        slots: momentum === 0 ? [] : ['momentum'],
        update: (tensors, context) => {
          const rate = group.learningRateScale * learningRate(context.step);
          return sgdUpdate(tensors, { learningRate: rate, momentum, nesterov, penalty }, context);
        },
      };
    },
  };
}

interface SgdSettings {
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly penalty: number;
}

/** @returns [value], or [value, momentum] */
function sgdUpdate(tensors: UpdateTensors, settings: SgdSettings, { gradientScale }: UpdateContext): Tensor[] {
  const { learningRate, momentum, nesterov, penalty } = settings;
  const { value, gradient, slots } = tensors;
  const velocity = slots[0];
  const attributes = { learningRate, momentum, nesterov, penalty, gradientScale };
  return dispatchAll('SesameSgd', { value, gradient, momentum: velocity }, attributes, () => {
    const scaled = mul(gradient, gradientScale);
    const g = penalty === 0 ? scaled : add(scaled, mul(value, penalty));
    if (velocity === undefined) return [sub(value, mul(g, learningRate))];
    const newVelocity = add(mul(velocity, momentum), g);
    const direction = nesterov ? add(g, mul(newVelocity, momentum)) : newVelocity;
    return [sub(value, mul(direction, learningRate)), newVelocity];
  });
}
