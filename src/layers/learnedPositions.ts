import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors/index.js';
import { Module } from '../nn/index.js';
import { Embedding, type EmbeddingConfig } from './embedding.js';

/** A learned vector for each place, as in GPT and BERT. positionIds [batch or 1, time] -> [batch or 1, time, dModel] */
export class LearnedPositions extends Module {
  readonly embedding: Embedding;
  readonly maxPositions: number;

  constructor(maxPositions: number, dModel: number, config: EmbeddingConfig = {}) {
    super();
    this.maxPositions = maxPositions;
    this.embedding = new Embedding(maxPositions, dModel, config);
  }

  protected override forward(positionIds: Tensor): Tensor {
    if (positionIds.shape[1]! > this.maxPositions) {
      throw new ShapeError(
        `LearnedPositions: ${positionIds.shape[1]} tokens, and there are ${this.maxPositions} places.`,
        {
          value: positionIds.shape[1],
        },
      );
    }
    return this.embedding.call(positionIds);
  }
}
