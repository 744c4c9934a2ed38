import type { Tensor } from '@tensorflow/tfjs-core';
import { Module, Parameter } from '../nn/index.js';
import { ones } from '../nn/initializers.js';
import { rmsNorm } from '../ops/index.js';
import type { NormConfig } from './layerNorm.js';

/**
 * Divides the last axis by its root mean square, then scales it. [..., size] -> [..., size]
 *
 * @see Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467
 */
export class RmsNorm extends Module {
  /** [size], what the values are multiplied by after the division; starts at 1. */
  readonly weight: Parameter;
  /** Added to the mean square, so that nothing is divided by 0; 1e-6 by default. */
  readonly epsilon: number;

  /**
   * @param size of the last axis
   * @param config the epsilon, if not 1e-6
   */
  constructor(size: number, { epsilon = 1e-6 }: NormConfig = {}) {
    super();
    this.weight = new Parameter([size], ones);
    this.epsilon = epsilon;
  }

  protected override forward(x: Tensor): Tensor {
    return rmsNorm(x, this.weight.value, this.epsilon);
  }
}
