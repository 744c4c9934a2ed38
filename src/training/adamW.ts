import { rejectUnknownOptions } from '../errors/index.js';
import { checkAdamOptions } from './adam.js';
import { ADAM_SLOTS, adamUpdate } from './adamUpdate.js';
import type { Optimizer } from './optimizer.js';
import { checkGroups, groupOf, type ParameterGroup } from './parameterGroups.js';
import { type LearningRate, toSchedule } from './schedules.js';

/** What `adamW` takes. */
export interface AdamWOptions {
  /** How far a step goes, for example 3e-4: >= 0, one number or a schedule. Weight decay is multiplied by it. */
  readonly learningRate: LearningRate;
  /** Share of itself that a parameter loses at each step, times the learning rate; 0.01 by default. */
  readonly weightDecay?: number;
  /** Decay rates of the gradients' mean and of their squares' mean; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** Added to the denominator; 1e-8 by default. */
  readonly epsilon?: number;
  /** Whether the means are corrected for starting at zero; true by default. BERT was trained without. */
  readonly biasCorrection?: boolean;
  /** Parameters with settings of their own; the first that matches counts. */
  readonly groups?: readonly ParameterGroup[];
}

/**
 * Adam with decoupled weight decay, which spares biases and the scales of norms (parameters of role 'vector') unless
 * their group says otherwise. Equal to PyTorch's.
 *
 * @throws ConfigError if an option is misspelt or cannot work
 * @see Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101
 */
export function adamW(options: AdamWOptions): Optimizer {
  rejectUnknownOptions('adamW', options, [
    'learningRate',
    'weightDecay',
    'betas',
    'epsilon',
    'biasCorrection',
    'groups',
  ]);
  const { weightDecay = 0.01, betas = [0.9, 0.999], epsilon = 1e-8, biasCorrection = true, groups } = options;
  checkAdamOptions('adamW', { weightDecay, betas, epsilon });
  checkGroups('adamW', groups);
  const learningRate = toSchedule(options.learningRate);
  return {
    name: 'adamW',
    learningRate,
    ruleFor: (path, parameter) => {
      const group = groupOf(groups, path, parameter);
      if (group.frozen) return undefined;
      const settings = {
        betas,
        epsilon,
        biasCorrection,
        penalty: 0,
        weightDecay: group.weightDecay ?? (parameter.role === 'vector' ? 0 : weightDecay),
      };
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
