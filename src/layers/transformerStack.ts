// What encoder and decoder share: one configuration, the blocks made from it, and the run through them.
import { clone, type Tensor } from '@tensorflow/tfjs-core';
import type { Initializer, Module } from '../nn/index.js';
import { checkCounts } from './checkCounts.js';
import { FeedForward } from './feedForward.js';
import { LayerNorm } from './layerNorm.js';
import { MultiHeadAttention } from './multiHeadAttention.js';
import type { AttentionPositions } from './positions.js';
import { TokenShift } from './tokenShift.js';
import {
  type NormPlacement,
  TransformerBlock,
  type TransformerBlockOptions,
  type TransformerBlockOutput,
} from './transformerBlock.js';

/** What a stack of Transformer blocks is built from. */
export interface TransformerConfig {
  /** Size of the hidden states. */
  readonly dModel: number;
  /** How many blocks. */
  readonly numLayers: number;
  /** How many attention heads share dModel. */
  readonly numHeads: number;
  /** Size inside the feed-forward maps; 4 dModel by default. */
  readonly dFeedForward?: number | undefined;
  /** The feed-forward function; `gelu` by default. */
  readonly activation?: ((x: Tensor) => Tensor) | undefined;
  /** Where the norms stand; 'pre' by default. */
  readonly normPlacement?: NormPlacement | undefined;
  /** Makes a norm; a LayerNorm by default. */
  readonly norm?: (() => Module) | undefined;
  /** Whether one more norm follows the last block; with pre-norm by default. */
  readonly finalNorm?: boolean | undefined;
  /** Dropout of each sublayer's output, probability 0..1; 0 by default. */
  readonly dropout?: number | undefined;
  /** Dropout of the attention weights; like `dropout` by default. */
  readonly attentionDropout?: number | undefined;
  /** Positions inside attention, rotary or ALiBi. */
  readonly positions?: AttentionPositions | undefined;
  /** Taps of a `TokenShift` on each block's input; none by default. */
  readonly shiftTaps?: number | undefined;
  /** How matrices start. */
  readonly initializer?: Initializer | undefined;
  /** How the matrices start whose output meets a residual. */
  readonly outputInitializer?: Initializer | undefined;
}

/** What a stack's call takes. */
export interface TransformerOptions extends TransformerBlockOptions {
  /** Whether to return every layer's hidden states. */
  readonly outputHiddenStates?: boolean | undefined;
}

/** What a stack returns. */
export interface TransformerOutput {
  /** The last layer, [batch, time, dModel]. */
  readonly hiddenStates: Tensor;
  /** The input, then each layer, the last one after the final norm, each [batch, time, dModel]; on request. */
  readonly layers?: Tensor[];
  /** Of each layer, [batch, heads, time, keys]; on request. */
  readonly attentions?: Tensor[];
  /** Of each layer of a decoder with memory, [batch, heads, time, memory keys]; on request. */
  readonly crossAttentions?: Tensor[];
}

/** Blocks and final norm of a stack. */
export function transformerParts(config: TransformerConfig, kind: { causal: boolean; crossAttention: boolean }) {
  const { dModel, numLayers, numHeads, normPlacement = 'pre', dropout = 0 } = config;
  checkCounts('Transformer', { numLayers });
  const { norm = () => new LayerNorm(dModel), finalNorm = normPlacement === 'pre' } = config;
  const { initializer, outputInitializer } = config;
  const attention = (causal: boolean, positions?: AttentionPositions) =>
    new MultiHeadAttention({
      dModel,
      numHeads,
      causal,
      positions,
      dropout: config.attentionDropout ?? dropout,
      initializer,
      outputInitializer,
    });
  const block = () =>
    new TransformerBlock({
      shift: config.shiftTaps === undefined ? undefined : new TokenShift(dModel, config.shiftTaps),
      attention: attention(kind.causal, config.positions),
      crossAttention: kind.crossAttention ? attention(false) : undefined,
      feedForward: new FeedForward({
        dModel,
        dFeedForward: config.dFeedForward,
        activation: config.activation,
        initializer,
        outputInitializer,
      }),
      norm,
      normPlacement,
      dropout,
    });
  return { blocks: Array.from({ length: numLayers }, block), finalNorm: finalNorm ? norm() : undefined };
}

/** Runs hidden states through blocks, and gathers what was asked for on the way. */
export function runBlocks(
  blocks: readonly TransformerBlock[],
  finalNorm: Module | undefined,
  input: Tensor,
  options: TransformerOptions,
): TransformerOutput {
  const layers = [clone(input)]; // the input stays the caller's, whatever happens to the output
  const outputs: TransformerBlockOutput[] = [];
  for (const block of blocks) {
    const output = block.call(layers.at(-1)!, options);
    outputs.push(output);
    layers.push(output.hiddenStates);
  }
  if (finalNorm !== undefined) layers.push(finalNorm.call(layers.pop()!, options));
  const { outputHiddenStates, outputAttentions, memory } = options;
  return {
    hiddenStates: layers.at(-1)!,
    ...(outputHiddenStates && { layers }),
    ...(outputAttentions && { attentions: outputs.map(({ attentions }) => attentions!) }),
    ...(outputAttentions && memory && { crossAttentions: outputs.map(({ crossAttentions }) => crossAttentions!) }),
  };
}
