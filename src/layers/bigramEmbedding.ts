import { add, concat, mul, scalar, slice, type Tensor, zeros } from '@tensorflow/tfjs-core';
import {
  type ForwardOptions,
  type Initializer,
  type KeyValueCache,
  Module,
  presentMask,
  RecentSteps,
} from '../nn/index.js';
import { Embedding } from './embedding.js';

/** What a `BigramEmbedding` takes besides its sizes. */
export interface BigramEmbeddingConfig {
  /** How the rows start; normal with standard deviation 0.02 by default. */
  readonly initializer?: Initializer;
}

/** What its call takes. */
export interface BigramEmbeddingOptions extends ForwardOptions {
  /** [batch, past + time], 1 = a token, 0 = padding, which counts as token 0. */
  readonly attentionMask?: Tensor | undefined;
  /** Where the last token is remembered between calls. */
  readonly cache?: KeyValueCache | undefined;
}

/**
 * A learned vector for each pair of neighbouring tokens: an exact table of vocabSize² rows, which suits characters.
 * Token 0 stands before the first one. tokenIds [batch, time], int32 -> [batch, time, size]
 */
export class BigramEmbedding extends Module<Tensor, Tensor, BigramEmbeddingOptions> {
  /** The table, [vocabSize², size]; row previous · vocabSize + token is the vector of that pair. */
  readonly embedding: Embedding;
  /** How many tokens there are; ids are below it. */
  readonly vocabSize: number;

  constructor(vocabSize: number, size: number, config: BigramEmbeddingConfig = {}) {
    super();
    this.vocabSize = vocabSize;
    this.embedding = new Embedding(vocabSize * vocabSize, size, config);
  }

  protected override forward(tokenIds: Tensor, { cache, attentionMask }: BigramEmbeddingOptions): Tensor {
    const [batch, time] = tokenIds.shape as [number, number];
    const recent = cache?.stateOf(this, () => new RecentSteps());
    const present = attentionMask === undefined ? tokenIds : mul(tokenIds, presentMask(attentionMask, time, 'int32'));
    const steps = concat([recent?.steps ?? zeros([batch, 1], 'int32'), present], 1);
    recent?.remember(slice(steps, [0, time], [batch, 1]));
    const previous = slice(steps, [0, 0], [batch, time]);
    return this.embedding.call(add(mul(previous, scalar(this.vocabSize, 'int32')), tokenIds)); // row previous * vocabSize + token
  }
}
