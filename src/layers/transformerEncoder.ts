import type { Tensor } from '@tensorflow/tfjs-core';
import { Module } from '../nn/index.js';
import type { TransformerBlock } from './transformerBlock.js';
import {
  runBlocks,
  type TransformerConfig,
  type TransformerOptions,
  type TransformerOutput,
  transformerParts,
} from './transformerStack.js';

/**
 * A stack of blocks in which every token sees every other. [batch, time, dModel] -> [batch, time, dModel]
 *
 * @see Vaswani et al. 2017, https://arxiv.org/abs/1706.03762
 */
export class TransformerEncoder extends Module<Tensor, TransformerOutput, TransformerOptions> {
  /** The blocks, first to last. */
  readonly blocks: readonly TransformerBlock[];
  /** The norm after the last block; undefined for none, which is the default with `normPlacement: 'post'`. */
  readonly finalNorm: Module | undefined;

  constructor(config: TransformerConfig) {
    super();
    ({ blocks: this.blocks, finalNorm: this.finalNorm } = transformerParts(config, {
      causal: false,
      crossAttention: false,
    }));
  }

  protected override forward(hiddenStates: Tensor, options: TransformerOptions): TransformerOutput {
    return runBlocks(this.blocks, this.finalNorm, hiddenStates, options);
  }
}
