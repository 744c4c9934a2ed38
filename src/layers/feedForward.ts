import type { Tensor } from '@tensorflow/tfjs-core';
import { type Initializer, Module } from '../nn/index.js';
import { gelu } from '../ops/index.js';
import { Linear } from './linear.js';

/** What a `FeedForward` takes. */
export interface FeedForwardConfig {
  /** Size of the hidden states. */
  readonly dModel: number;
  /** Size between the two maps; 4 dModel by default. */
  readonly dFeedForward?: number | undefined;
  /** The function between them: `gelu` by default. */
  readonly activation?: ((x: Tensor) => Tensor) | undefined;
  /** How the first weight starts. */
  readonly initializer?: Initializer | undefined;
  /** How the second weight starts, the one whose output meets the residual; like the first by default. */
  readonly outputInitializer?: Initializer | undefined;
}

/**
 * Two linear maps with a function between them, each position on its own. [..., dModel] -> [..., dModel]
 *
 * @see Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, section 3.3
 */
export class FeedForward extends Module {
  /** The first map, [..., dModel] -> [..., dFeedForward]. */
  readonly expand: Linear;
  /** The second map, [..., dFeedForward] -> [..., dModel]. */
  readonly contract: Linear;
  /** The function between the maps, which keeps the shape. */
  readonly activation: (x: Tensor) => Tensor;

  constructor(config: FeedForwardConfig) {
    super();
    const { dModel, dFeedForward = 4 * dModel, initializer, outputInitializer = initializer } = config;
    this.expand = new Linear(dModel, dFeedForward, { initializer });
    this.contract = new Linear(dFeedForward, dModel, { initializer: outputInitializer });
    this.activation = config.activation ?? gelu;
  }

  protected override forward(x: Tensor): Tensor {
    return this.contract.call(this.expand.call(x, { activation: this.activation }));
  }
}
