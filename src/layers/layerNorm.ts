import type { Tensor } from '@tensorflow/tfjs-core';
import { Module, Parameter } from '../nn/index.js';
import { ones, zeros } from '../nn/initializers.js';
import { layerNorm } from '../ops/index.js';

/** What a norm takes besides its size. */
export interface NormConfig {
  /** Added to the variance: 1e-5 by default, as in GPT-2; BERT has 1e-12, T5 1e-6. */
  readonly epsilon?: number;
}

/**
 * Normalises the last axis, then scales and shifts it. [..., size] -> [..., size]
 *
 * @see Ba et al. 2016, https://arxiv.org/abs/1607.06450
 */
export class LayerNorm extends Module {
  /** [size], what the normalised values are multiplied by; starts at 1. */
  readonly weight: Parameter;
  /** [size], what is added to them then; starts at 0. */
  readonly bias: Parameter;
  /** Added to the variance, so that nothing is divided by 0; 1e-5 by default. */
  readonly epsilon: number;

  /**
   * @param size of the last axis
   * @param config the epsilon, if not 1e-5
   */
  constructor(size: number, { epsilon = 1e-5 }: NormConfig = {}) {
    super();
    this.weight = new Parameter([size], ones);
    this.bias = new Parameter([size], zeros);
    this.epsilon = epsilon;
  }

  protected override forward(x: Tensor): Tensor {
    return layerNorm(x, this.weight.value, this.bias.value, this.epsilon);
  }
}
