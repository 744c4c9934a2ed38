import { concat, matMul, reshape, type Tensor, transpose } from '@tensorflow/tfjs-core';
import {
  type ForwardOptions,
  type Initializer,
  type KeyValueCache,
  KeyValueChunks,
  Module,
  RandomStream,
} from '../nn/index.js';
import {
  attention,
  attentionWeights,
  checkDropoutRate,
  chunkedAttention,
  dropout,
  type KeyValueChunk,
} from '../ops/index.js';
import { headSize } from './headSize.js';
import { Linear } from './linear.js';
import type { AttentionPositions } from './positions.js';

/** What a `MultiHeadAttention` takes. */
export interface MultiHeadAttentionConfig {
  /** Size of the hidden states. */
  readonly dModel: number;
  /** How many heads share it; each has dModel / numHeads. */
  readonly numHeads: number;
  /** Whether a token sees only itself and the tokens before. */
  readonly causal?: boolean | undefined;
  /** Positions that act inside self-attention: rotary, ALiBi, or a user's own. */
  readonly positions?: AttentionPositions | undefined;
  /** Dropout of the attention weights, probability 0..1. */
  readonly dropout?: number | undefined;
  /** Whether the four linear maps have biases; yes by default. */
  readonly bias?: boolean | undefined;
  /** How the weights of query, key and value start. */
  readonly initializer?: Initializer | undefined;
  /** How the output's weight starts, which meets the residual; like the others by default. */
  readonly outputInitializer?: Initializer | undefined;
}

/** What its call takes. */
export interface MultiHeadAttentionOptions extends ForwardOptions {
  /** [batch, keys, dModel], what is attended to, if not the input itself (cross-attention). */
  readonly key?: Tensor | undefined;
  /** [batch, keys, dModel], what is fetched from there; the same as `key` by default. */
  readonly value?: Tensor | undefined;
  /** [batch, keys], past tokens included: 1 = attend, 0 = padding. */
  readonly attentionMask?: Tensor | undefined;
  /** [batch or 1, time], int32: places of the tokens for rotary positions; consecutive by default. */
  readonly positionIds?: Tensor | undefined;
  /** Keys and values of the tokens before; those of this call are added. Cross-attention keeps its keys here. */
  readonly cache?: KeyValueCache | undefined;
  /** Whether to return the attention weights. */
  readonly outputAttentions?: boolean | undefined;
}

/** What attention, and a block around it, returns. */
export interface AttentionOutput {
  /** [batch, time, dModel] */
  readonly hiddenStates: Tensor;
  /** [batch, heads, time, keys], probabilities 0..1; on request. */
  readonly attentions?: Tensor;
}

/**
 * Several attentions side by side, each over its share of dModel. [batch, time, dModel] -> [batch, time, dModel]
 *
 * @see Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, section 3.2.2
 */
export class MultiHeadAttention extends Module<Tensor, AttentionOutput, MultiHeadAttentionOptions> {
  /** Makes the queries, [batch, time, dModel] -> [batch, time, dModel], head beside head in the last axis. */
  readonly query: Linear;
  /** Makes the keys, [batch, keys, dModel] -> [batch, keys, dModel]. */
  readonly key: Linear;
  /** Makes the values, [batch, keys, dModel] -> [batch, keys, dModel]. */
  readonly value: Linear;
  /** Mixes what the heads found, [batch, time, dModel] -> [batch, time, dModel]. */
  readonly output: Linear;
  /** How many heads share dModel. */
  readonly numHeads: number;
  /** Whether a token sees only itself and the tokens before; false by default. */
  readonly causal: boolean;
  /** Dropout of the attention weights in training, probability 0..1 (1 excluded); 0 by default. */
  readonly dropout: number;
  /** What tells self-attention the order of tokens, if anything does. */
  readonly positions: AttentionPositions | undefined;

  constructor(config: MultiHeadAttentionConfig) {
    super();
    const { dModel, numHeads, bias = true, initializer, outputInitializer = initializer } = config;
    headSize('MultiHeadAttention', dModel, numHeads);
    checkDropoutRate('MultiHeadAttention', config.dropout ?? 0);
    const linear = (initializer?: Initializer) => new Linear(dModel, dModel, { bias, initializer });
    this.query = linear(initializer);
    this.key = linear(initializer);
    this.value = linear(initializer);
    this.output = linear(outputInitializer);
    this.numHeads = numHeads;
    this.causal = config.causal ?? false;
    this.dropout = config.dropout ?? 0;
    this.positions = config.positions;
  }

  protected override forward(hiddenStates: Tensor, options: MultiHeadAttentionOptions): AttentionOutput {
    const past = options.key === undefined ? (this.#memory(options.cache)?.length ?? 0) : 0;
    const places = options.positionIds ?? past;
    const queries = this.#heads(this.query.call(hiddenStates)); // [batch, heads, time, headSize]
    // Places in one text mean nothing in another, to which cross-attention attends.
    const query = options.key === undefined ? this.#mark(queries, places) : queries;
    const memory = this.#remember(hiddenStates, places, options);
    const { context, weights } =
      memory.length > 1 && query.shape[2] === 1
        ? chunkedAttention(query, memory, this.#scoring(query, memory, options))
        : this.#attend(query, joined(memory), options);
    const mixed = this.output.call(mergeHeads(context));
    return options.outputAttentions ? { hiddenStates: mixed, attentions: weights! } : { hiddenStates: mixed };
  }

  /** Keys and values to attend to, the past first; those that are new are remembered. */
  #remember(
    hiddenStates: Tensor,
    places: Tensor | number,
    options: MultiHeadAttentionOptions,
  ): readonly KeyValueChunk[] {
    const chunks = this.#memory(options.cache);
    const crossing = options.key !== undefined;
    if (crossing && chunks !== undefined && chunks.length > 0) return chunks.chunks;
    const source = options.key ?? hiddenStates;
    const keys = this.#heads(this.key.call(source));
    const key = crossing ? keys : this.#mark(keys, places);
    const value = this.#heads(this.value.call(options.value ?? source));
    if (chunks === undefined) return [{ key, value }];
    chunks.append(key, value);
    return chunks.chunks;
  }

  #memory(cache: KeyValueCache | undefined): KeyValueChunks | undefined {
    return cache?.stateOf(this, () => new KeyValueChunks());
  }

  #attend(query: Tensor, { key, value }: KeyValueChunk, options: MultiHeadAttentionOptions) {
    const scoring = { ...this.#scoring(query, [{ key, value }], options), causal: this.causal };
    const rate = options.training ? this.dropout : 0;
    const seed = rate === 0 ? 0 : (options.random ?? RandomStream.unseeded()).nextSeed();
    if (options.outputAttentions) {
      const weights = attentionWeights(query, key, scoring);
      return { context: matMul(dropout(weights, rate, seed), value), weights };
    }
    return { context: attention(query, key, value, { ...scoring, dropout: { rate, seed } }), weights: undefined };
  }

  #scoring(query: Tensor, memory: readonly KeyValueChunk[], options: MultiHeadAttentionOptions) {
    const keys = memory.reduce((sum, { key }) => sum + key.shape[2]!, 0);
    const bias = options.key === undefined ? this.positions?.bias?.(query.shape[2]!, keys) : undefined;
    return { mask: options.attentionMask, bias };
  }

  #mark(x: Tensor, places: Tensor | number): Tensor {
    return this.positions?.mark?.(x, places) ?? x;
  }

  /** [batch, time, dModel] -> [batch, heads, time, headSize] */
  #heads(x: Tensor): Tensor {
    const [batch, time, dModel] = x.shape as [number, number, number];
    const size = dModel / this.numHeads;
    if (time === 1) return reshape(x, [batch, this.numHeads, 1, size]); // the numbers are in that order already
    return transpose(reshape(x, [batch, time, this.numHeads, size]), [0, 2, 1, 3]);
  }
}

/** [batch, heads, time, headSize] -> [batch, time, dModel] */
function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, time, headSize] = x.shape as [number, number, number, number];
  return reshape(time === 1 ? x : transpose(x, [0, 2, 1, 3]), [batch, time, heads * headSize]);
}

function joined(memory: readonly KeyValueChunk[]): KeyValueChunk {
  if (memory.length === 1) return memory[0]!;
  const join = (part: keyof KeyValueChunk) =>
    concat(
      memory.map((chunk) => chunk[part]),
      2,
    );
  return { key: join('key'), value: join('value') };
}
