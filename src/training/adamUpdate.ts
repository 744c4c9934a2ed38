import { add, div, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { dispatchAll } from '../ops/index.js';
import type { UpdateContext, UpdateTensors } from './optimizer.js';

/** The settings that Adam and AdamW share. */
export interface AdamSettings {
  /** How much of the gradients' mean and of their squares' mean stays at each step. */
  readonly betas: readonly [number, number];
  /** Added to the root of the squares' mean. */
  readonly epsilon: number;
  /** Whether the means are corrected for starting at zero. */
  readonly biasCorrection: boolean;
  readonly learningRate: number;
  /** Added to the gradient: penalty * value. */
  readonly penalty: number;
  /** Decoupled: the value loses learningRate * weightDecay of itself. */
  readonly weightDecay: number;
}

/** The slots of Adam and AdamW. */
export const ADAM_SLOTS = ['firstMoment', 'secondMoment'] as const;

/**
 * One step of Adam. With g the scaled gradient plus penalty * value:
 *
 *     firstMoment  = beta1 * firstMoment  + (1 - beta1) * g
 *     secondMoment = beta2 * secondMoment + (1 - beta2) * g^2
 *     value        = keep * value - stepSize * firstMoment / (sqrt(secondMoment) + epsilon)
 *
 * The corrections for the moments' start at zero are in stepSize and epsilon. A kernel `SesameAdam` may write in place
 * and hand its inputs' data back, as tfjs's reshape does: what it replaces is read by nobody afterwards.
 *
 * @returns [value, firstMoment, secondMoment]
 */
export function adamUpdate(tensors: UpdateTensors, settings: AdamSettings, context: UpdateContext): Tensor[] {
  const { betas, learningRate, biasCorrection, penalty, weightDecay } = settings;
  const [beta1, beta2] = betas;
  const { gradientScale, updates } = context;
  const firstCorrection = biasCorrection ? 1 - beta1 ** updates : 1;
  const secondCorrection = biasCorrection ? Math.sqrt(1 - beta2 ** updates) : 1;
  // m/c1 / (sqrt(v)/c2 + epsilon) = c2/c1 * m / (sqrt(v) + c2 * epsilon): scalars instead of tensors.
  const stepSize = (learningRate * secondCorrection) / firstCorrection;
  const epsilon = secondCorrection * settings.epsilon;
  const keep = 1 - learningRate * weightDecay;

  const { value, gradient } = tensors;
  const [firstMoment, secondMoment] = tensors.slots as [Tensor, Tensor];
  return dispatchAll(
    'SesameAdam',
    { value, gradient, firstMoment, secondMoment },
    { beta1, beta2, epsilon, stepSize, keep, penalty, gradientScale },
    () => {
      const scaled = mul(gradient, gradientScale);
      const g = penalty === 0 ? scaled : add(scaled, mul(value, penalty));
      const first = add(mul(firstMoment, beta1), mul(g, 1 - beta1));
      const second = add(mul(secondMoment, beta2), mul(square(g), 1 - beta2));
      const step = mul(div(first, add(sqrt(second), epsilon)), stepSize);
      return [sub(keep === 1 ? value : mul(value, keep), step), first, second];
    },
  );
}
