import { rejectUnknownOptions } from '../errors/index.js';
import { ADAM_SLOTS, adamUpdate } from './adamUpdate.js';
import { checkNumber } from './checkNumber.js';
import type { Optimizer } from './optimizer.js';
import { checkGroups, groupOf, type ParameterGroup } from './parameterGroups.js';
import { type LearningRate, toSchedule } from './schedules.js';

/** What `adam` takes. */
export interface AdamOptions {
  /** How far a step goes, for example 1e-3: >= 0, one number or a schedule. */
  readonly learningRate: LearningRate;
  /** L2 penalty: this times the parameter is added to its gradient; 0 by default. `adamW` decays better. */
  readonly weightDecay?: number;
  /** Decay rates of the gradients' mean and of their squares' mean; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** Added to the denominator; 1e-8 by default. */
  readonly epsilon?: number;
  /** Parameters with settings of their own; the first that matches counts. */
  readonly groups?: readonly ParameterGroup[];
}

/**
 * Adam. Equal to PyTorch's, whose weight decay is an L2 penalty on all parameters.
 *
 * @throws ConfigError if an option is misspelt or cannot work
 * @see Kingma and Ba 2015, https://arxiv.org/abs/1412.6980
 */
export function adam(options: AdamOptions): Optimizer {
  rejectUnknownOptions('adam', options, ['learningRate', 'weightDecay', 'betas', 'epsilon', 'groups']);
  const { weightDecay = 0, betas = [0.9, 0.999], epsilon = 1e-8, groups } = options;
  checkAdamOptions('adam', { weightDecay, betas, epsilon });
  checkGroups('adam', groups);
  const learningRate = toSchedule(options.learningRate);
  return {
    name: 'adam',
    learningRate,
    ruleFor: (path, parameter) => {
      const group = groupOf(groups, path, parameter);
      if (group.frozen) return undefined;
      const penalty = group.weightDecay ?? weightDecay;
      const settings = { betas, epsilon, biasCorrection: true, penalty, weightDecay: 0 };
      return {
        slots: ADAM_SLOTS,
        update: (tensors, context) => {
          const rate = group.learningRateScale * learningRate(context.step);
          return adamUpdate(tensors, { ...settings, learningRate: rate }, context);
        },
      };
    },
  };
}

/** Refuses settings of Adam or AdamW that cannot work. */
export function checkAdamOptions(
  owner: string,
  options: { weightDecay: number; betas: readonly [number, number]; epsilon: number },
): void {
  checkNumber(`${owner}: weightDecay`, options.weightDecay, { min: 0 });
  checkNumber(`${owner}: betas[0]`, options.betas[0], { min: 0, below: 1 });
  checkNumber(`${owner}: betas[1]`, options.betas[1], { min: 0, below: 1 });
  checkNumber(`${owner}: epsilon`, options.epsilon, { min: 0 });
}
