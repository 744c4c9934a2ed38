import { gather, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { Module } from '../nn/index.js';
import { checkCounts } from './checkCounts.js';
import { checkNumPositions } from './positions.js';

/**
 * A fixed vector for each place: sines and cosines of wavelengths from 2π to 10000 · 2π.
 * positionIds [batch or 1, time] -> [batch or 1, time, dModel]
 *
 * @see Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, section 3.5
 */
export class SinusoidalPositions extends Module {
  /** The longest text there are vectors for, in tokens; a longer one is a ShapeError. */
  readonly maxPositions: number;
  /** Size of a vector. */
  readonly dModel: number;
  #table: Float32Array | undefined;

  constructor(maxPositions: number, dModel: number) {
    super();
    checkCounts('SinusoidalPositions', { maxPositions, dModel });
    this.maxPositions = maxPositions;
    this.dModel = dModel;
  }

  protected override forward(positionIds: Tensor): Tensor {
    checkNumPositions('SinusoidalPositions', positionIds, this.maxPositions);
    this.#table ??= this.#vectors();
    return gather(tensor2d(this.#table, [this.maxPositions, this.dModel]), positionIds as Tensor & { dtype: 'int32' });
  }

  /** Even columns are sines, odd ones the cosines of the same angle. */
  #vectors(): Float32Array {
    const table = new Float32Array(this.maxPositions * this.dModel);
    for (let position = 0; position < this.maxPositions; position++) {
      for (let column = 0; column < this.dModel; column++) {
        const angle = position / 10000 ** ((2 * Math.floor(column / 2)) / this.dModel);
        table[position * this.dModel + column] = column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      }
    }
    return table;
  }
}
