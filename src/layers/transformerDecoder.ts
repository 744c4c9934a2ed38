import type { Tensor } from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors/index.js';
import { Module } from '../nn/index.js';
import type { TransformerBlock } from './transformerBlock.js';
import {
  runBlocks,
  type TransformerConfig,
  type TransformerOptions,
  type TransformerOutput,
  transformerParts,
} from './transformerStack.js';

/** What a decoder is built from. */
export interface TransformerDecoderConfig extends TransformerConfig {
  /** Whether each block also attends to an encoder's output, the call's `memory`; no by default, as in GPT. */
  readonly crossAttention?: boolean | undefined;
}

/**
 * A stack of blocks in which every token sees itself and those before, and an encoder's output if it is built so.
 * [batch, time, dModel] -> [batch, time, dModel]
 *
 * @see Vaswani et al. 2017, https://arxiv.org/abs/1706.03762
 */
export class TransformerDecoder extends Module<Tensor, TransformerOutput, TransformerOptions> {
  /** The blocks, first to last, each causal. */
  readonly blocks: readonly TransformerBlock[];
  /** The norm after the last block; undefined for none, which is the default with `normPlacement: 'post'`. */
  readonly finalNorm: Module | undefined;
  /** Whether the blocks attend to an encoder's output: the call must then have `memory`, and else must not. */
  readonly crossAttention: boolean;

  constructor(config: TransformerDecoderConfig) {
    super();
    const { crossAttention = false } = config;
    ({ blocks: this.blocks, finalNorm: this.finalNorm } = transformerParts(config, { causal: true, crossAttention }));
    this.crossAttention = crossAttention;
  }

  protected override forward(hiddenStates: Tensor, options: TransformerOptions): TransformerOutput {
    if (this.crossAttention !== (options.memory !== undefined)) {
      throw new ConfigError(
        this.crossAttention
          ? "TransformerDecoder: it attends to an encoder's output. Pass that as memory."
          : 'TransformerDecoder: it was built without cross-attention, and memory was passed. Build it with crossAttention: true.',
        { value: options.memory?.shape },
      );
    }
    return runBlocks(this.blocks, this.finalNorm, hiddenStates, options);
  }
}
