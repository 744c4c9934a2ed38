// Where backbones, heads, training and generation meet: shapes and small interfaces, no concrete model.
import type { Tensor } from '@tensorflow/tfjs-core';
import type { KeyValueCache } from './keyValueCache.js';
import type { AnyModule, ForwardOptions, Module } from './module.js';
import type { TokenBatch } from './tokenBatch.js';

/** What a backbone's call takes. */
export interface BackboneOptions extends ForwardOptions {
  /** The memory of the tokens before; it is moved on by this call. */
  readonly cache?: KeyValueCache | undefined;
  /** Whether to return every layer's hidden states. */
  readonly outputHiddenStates?: boolean | undefined;
  /** Whether to return every layer's attention weights. */
  readonly outputAttentions?: boolean | undefined;
  /** 32-bit integer for dropout, instead of `random`. */
  readonly seed?: number | undefined;
}

/** What a backbone makes of a token batch. */
export interface BackboneOutput {
  /** The last layer, [batch, time, dModel]. */
  readonly hiddenStates: Tensor;
  /** All layers, the embedding output first, each [batch, time, dModel]; on request. */
  readonly layers?: Tensor[];
  /** The attention weights of each layer, [batch, heads, time, keys]; on request. */
  readonly attentions?: Tensor[];
  /** The cache that came in. */
  readonly cache?: KeyValueCache;
}

/** A module from token batches to hidden states: what every head fits. */
export type Backbone = Module<TokenBatch, BackboneOutput, BackboneOptions> & {
  /** Sizes that a head needs to know. */
  readonly config: {
    /** Size of the hidden states. */
    readonly dModel: number;
  };
};

/** A loss as a sum and the number of things summed, so that parts of a batch add up exactly. */
export interface Loss {
  /** Scalar: the sum over everything counted, in nats. */
  readonly total: Tensor;
  /** Scalar: how many were counted. The mean loss is total / count. */
  readonly count: Tensor;
}

/** What training needs of a model. */
export interface TrainableModel<Batch> extends Pick<AnyModule, 'dispose'> {
  /**
   * The loss of a batch. It runs inside a `tidy`: what it makes is freed for it.
   *
   * @param options `training` and the stream that dropout draws from
   */
  loss(batch: Batch, options: ForwardOptions): Loss;
}

/** What generation needs of a model: a decoder from token batches to next-token logits. */
export interface CausalLanguageModel {
  /** Sizes that generation needs to know. */
  readonly config: {
    /** How many tokens there are. */
    readonly vocabSize: number;
    /** The longest text it can look at, in tokens. */
    readonly maxPositions: number;
  };
  /** Runs the model on a batch. */
  call(
    batch: TokenBatch,
    options: LanguageModelOptions,
  ): {
    /**
     * Of the next token at each place, [batch, time, vocabSize], or with `outputLogits: 'last'` at the last place,
     * [batch, 1, vocabSize]. The caller disposes them.
     */
    readonly logits: Tensor;
  };
}

/** What a language model's call takes. */
export interface LanguageModelOptions extends BackboneOptions {
  /** For which places to compute logits: all of them by default, or the last one, which is all that generation needs. */
  readonly outputLogits?: 'all' | 'last' | undefined;
}
