import type { Tensor } from '@tensorflow/tfjs-core';
import { Module } from '../nn/index.js';
import { Embedding, type EmbeddingConfig } from './embedding.js';
import { checkNumPositions } from './positions.js';

/** A learned vector for each place, as in GPT and BERT. positionIds [batch or 1, time] -> [batch or 1, time, dModel] */
export class LearnedPositions extends Module {
  /** The table, [maxPositions, dModel]. */
  readonly embedding: Embedding;
  /** The longest text there are vectors for, in tokens; a longer one is a ShapeError. */
  readonly maxPositions: number;

  constructor(maxPositions: number, dModel: number, config: EmbeddingConfig = {}) {
    super();
    this.maxPositions = maxPositions;
    this.embedding = new Embedding(maxPositions, dModel, config);
  }

  protected override forward(positionIds: Tensor): Tensor {
    checkNumPositions('LearnedPositions', positionIds, this.maxPositions);
    return this.embedding.call(positionIds);
  }
}
