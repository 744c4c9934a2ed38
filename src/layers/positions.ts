// What a model can know of the order of its tokens: vectors added to the embeddings, or a change to the attention.
import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors/index.js';

/** Positions that act inside attention: on queries and keys, on the scores, or both. */
export interface AttentionPositions {
  /**
   * Marks queries or keys with their places.
   *
   * @param x [batch, heads, time, headSize]
   * @param positionIds [batch or 1, time], int32, or the number of the first place where all rows count on from there
   * @returns x's shape
   */
  mark?(x: Tensor, positionIds: Tensor | number): Tensor;
  /**
   * What is added to the scaled scores. The last query stands at the place of the last key.
   *
   * @returns broadcasts to [batch, heads, queries, keys]
   */
  bias?(queries: number, keys: number): Tensor;
}

/**
 * Checks that there is a vector for each place of a text.
 *
 * @param positionIds [batch or 1, time]
 * @throws ShapeError if the text is longer than that
 */
export function checkNumPositions(owner: string, positionIds: Tensor, maxPositions: number): void {
  const time = positionIds.shape[1]!;
  if (time <= maxPositions) return;
  throw new ShapeError(
    `${owner}: ${time} tokens, and there are ${maxPositions} places.\nGive it a shorter text, or build it with more.`,
    { value: time },
  );
}
