import { add, type Tensor } from '@tensorflow/tfjs-core';
import { Module } from '../nn/index.js';
import { Dropout } from './dropout.js';
import type { AttentionOutput, MultiHeadAttention, MultiHeadAttentionOptions } from './multiHeadAttention.js';
import type { TokenShift } from './tokenShift.js';

/** Where the norms stand: before each sublayer (GPT-2), or after its residual (BERT, GPT-1, the 2017 Transformer). */
export type NormPlacement = 'pre' | 'post';

/** The parts of a block. */
export interface TransformerBlockParts {
  /** Self-attention. */
  readonly attention: MultiHeadAttention;
  /** Attention to another sequence, between self-attention and feed-forward. */
  readonly crossAttention?: MultiHeadAttention | undefined;
  /** A map of each position on its own. */
  readonly feedForward: Module;
  /** Makes a norm; called once a sublayer. */
  readonly norm: () => Module;
  /** 'pre' by default. */
  readonly normPlacement?: NormPlacement | undefined;
  /** Mixes the block's input with the steps before. */
  readonly shift?: TokenShift | undefined;
  /** Dropout of each sublayer's output, probability 0..1. */
  readonly dropout?: number | undefined;
}

/** What a block's call takes. */
export interface TransformerBlockOptions extends Omit<MultiHeadAttentionOptions, 'key' | 'value'> {
  /** [batch, keys, dModel], the sequence that cross-attention attends to. */
  readonly memory?: Tensor | undefined;
  /** [batch, keys], 1 = attend, 0 = padding in `memory`. */
  readonly memoryMask?: Tensor | undefined;
}

/** What a block returns: as attention does, and the weights of cross-attention on request. */
export interface TransformerBlockOutput extends AttentionOutput {
  /** [batch, heads, time, memory keys]; on request. */
  readonly crossAttentions?: Tensor;
}

/**
 * Attention, then a feed-forward map, each with a residual and a norm. [batch, time, dModel] -> [batch, time, dModel]
 *
 * @see Vaswani et al. 2017, https://arxiv.org/abs/1706.03762; pre-norm as in Radford et al. 2019 (GPT-2), section 2.3
 */
export class TransformerBlock extends Module<Tensor, TransformerBlockOutput, TransformerBlockOptions> {
  /** Mixes the block's input with the steps before, ahead of everything else; undefined for none. */
  readonly shift: TokenShift | undefined;
  /** The norm of self-attention: of its input, or with `post` placement of its residual sum. */
  readonly attentionNorm: Module;
  /** Self-attention. */
  readonly attention: MultiHeadAttention;
  /** The norm of cross-attention; undefined without it. */
  readonly crossAttentionNorm: Module | undefined;
  /** Attention to the call's `memory`, between self-attention and feed-forward; undefined for none. */
  readonly crossAttention: MultiHeadAttention | undefined;
  /** The norm of the feed-forward map. */
  readonly feedForwardNorm: Module;
  /** A map of each position on its own, [batch, time, dModel] -> [batch, time, dModel]. */
  readonly feedForward: Module;
  /** Dropout of each sublayer's output, before it is added to the residual. */
  readonly dropout: Dropout;
  /** Where the norms stand: 'pre' by default. */
  readonly normPlacement: NormPlacement;

  constructor(parts: TransformerBlockParts) {
    super();
    this.shift = parts.shift;
    this.attentionNorm = parts.norm();
    this.attention = parts.attention;
    this.crossAttentionNorm = parts.crossAttention && parts.norm();
    this.crossAttention = parts.crossAttention;
    this.feedForwardNorm = parts.norm();
    this.feedForward = parts.feedForward;
    this.dropout = new Dropout(parts.dropout ?? 0);
    this.normPlacement = parts.normPlacement ?? 'pre';
  }

  protected override forward(input: Tensor, options: TransformerBlockOptions): TransformerBlockOutput {
    const weights: { attentions?: Tensor; crossAttentions?: Tensor } = {};
    let x = this.shift === undefined ? input : this.shift.call(input, options);
    x = this.#sublayer(x, this.attentionNorm, options, (x) => {
      const { hiddenStates, attentions } = this.attention.call(x, options);
      if (attentions !== undefined) weights.attentions = attentions;
      return hiddenStates;
    });
    if (this.crossAttention !== undefined && this.crossAttentionNorm !== undefined) {
      const { crossAttention } = this;
      x = this.#sublayer(x, this.crossAttentionNorm, options, (x) => {
        const crossing = { ...options, key: options.memory, attentionMask: options.memoryMask, positionIds: undefined };
        const { hiddenStates, attentions } = crossAttention.call(x, crossing);
        if (attentions !== undefined) weights.crossAttentions = attentions;
        return hiddenStates;
      });
    }
    x = this.#sublayer(x, this.feedForwardNorm, options, (x) => this.feedForward.call(x, options));
    return { hiddenStates: x, ...weights };
  }

  /** A residual around a sublayer, with its norm before or after. */
  #sublayer(x: Tensor, norm: Module, options: TransformerBlockOptions, sublayer: (x: Tensor) => Tensor): Tensor {
    const before = this.normPlacement === 'pre';
    const change = sublayer(before ? norm.call(x, options) : x);
    const residual = add(x, options.training ? this.dropout.call(change, options) : change);
    return before ? residual : norm.call(residual, options);
  }
}
