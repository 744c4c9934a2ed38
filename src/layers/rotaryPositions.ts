import { gather, reshape, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors/index.js';
import { rotary } from '../ops/index.js';
import type { AttentionPositions } from './positions.js';

/** What `RotaryPositions` take. */
export interface RotaryConfig {
  /** Size of one attention head; even. */
  readonly headSize: number;
  /** Places that are prepared; more are prepared when they occur with consecutive places. */
  readonly maxPositions: number;
  /** The longest wavelength is about 2π · base: 10000 by default. */
  readonly base?: number;
}

/**
 * Rotary positions: queries and keys are turned by angles that grow with their places, so that scores depend on
 * distances alone.
 *
 * @see Su et al. 2021, https://arxiv.org/abs/2104.09864
 */
export class RotaryPositions implements AttentionPositions {
  readonly #config: Required<RotaryConfig>;
  #cosines = new Float32Array(0);
  #sines = new Float32Array(0);

  /**
   * @param config head size, number of places and base
   * @throws ConfigError if the head size is odd
   */
  constructor({ headSize, maxPositions, base = 10000 }: RotaryConfig) {
    if (!(headSize > 0 && headSize % 2 === 0)) {
      throw new ConfigError(
        `RotaryPositions: head size ${headSize} is not even, and numbers are turned in pairs.\nUse an even one.`,
        {
          value: headSize,
        },
      );
    }
    this.#config = { headSize, maxPositions, base };
  }

  /** @inheritDoc */
  mark(x: Tensor, positionIds: Tensor | number): Tensor {
    return tidy(() => this.#turn(x, positionIds));
  }

  #turn(x: Tensor, positionIds: Tensor | number): Tensor {
    const { headSize, maxPositions } = this.#config;
    if (typeof positionIds === 'number') {
      const time = x.shape[2]!;
      this.#prepare(positionIds + time);
      const window = (table: Float32Array) =>
        reshape(tensor2d(table.subarray(positionIds * headSize, (positionIds + time) * headSize), [time, headSize]), [
          1,
          1,
          time,
          headSize,
        ]);
      return rotary(x, window(this.#cosines), window(this.#sines));
    }
    this.#prepare(maxPositions);
    const [batch, time] = positionIds.shape as [number, number];
    const lookUp = (table: Float32Array) =>
      reshape(
        gather(tensor2d(table, [table.length / headSize, headSize]), positionIds as Tensor & { dtype: 'int32' }),
        [batch, 1, time, headSize],
      );
    return rotary(x, lookUp(this.#cosines), lookUp(this.#sines));
  }

  /** Makes the tables reach at least `positions` places. Both halves of a row are alike. */
  #prepare(positions: number): void {
    const { headSize, maxPositions, base } = this.#config;
    const rows = Math.max(positions, maxPositions);
    if (this.#cosines.length >= rows * headSize) return;
    const half = headSize / 2;
    this.#cosines = new Float32Array(rows * headSize);
    this.#sines = new Float32Array(rows * headSize);
    for (let position = 0; position < rows; position++) {
      for (let column = 0; column < headSize; column++) {
        const angle = position / base ** ((column % half) / half);
        this.#cosines[position * headSize + column] = Math.cos(angle);
        this.#sines[position * headSize + column] = Math.sin(angle);
      }
    }
  }
}
