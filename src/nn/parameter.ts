import { type Tensor, tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { ConfigError, ShapeError } from '../errors/index.js';
import { type Initializer, sizeOf } from './initializers.js';
import { RandomStream } from './random.js';

/**
 * What a parameter is to an optimizer: a 'matrix' maps hidden states, an 'embedding' holds a row a token (input or
 * output), a 'vector' is a bias or the scale of a norm (which weight decay leaves alone).
 */
export type ParameterRole = 'matrix' | 'embedding' | 'vector';

/** What a `Parameter` takes besides its shape and initializer. */
export interface ParameterOptions {
  /** By default 'matrix' for two axes and more, else 'vector'. */
  readonly role?: ParameterRole;
}

/**
 * A learned tensor. It declares its shape and allocates on first use, so that loading weights costs no random numbers
 * and building a model touches no backend.
 */
export class Parameter {
  /** The tensor's shape. */
  readonly shape: readonly number[];
  /** What it is to an optimizer. */
  readonly role: ParameterRole;
  /** Whether training changes it. */
  trainable = true;
  readonly #initializer: Initializer;
  #seed: number | undefined;
  #variable: Variable | undefined;
  #disposed = false;

  constructor(shape: readonly number[], initializer: Initializer, options: ParameterOptions = {}) {
    if (!shape.every((length) => Number.isInteger(length) && length >= 1)) {
      throw new ConfigError(
        `Parameter: [${shape.join(', ')}] is not a shape: every length must be a whole number >= 1.`,
        {
          value: shape,
        },
      );
    }
    this.shape = [...shape];
    this.role = options.role ?? (shape.length > 1 ? 'matrix' : 'vector');
    this.#initializer = initializer;
  }

  /** How many numbers it holds. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Whether its numbers exist yet. */
  get allocated(): boolean {
    return this.#variable !== undefined;
  }

  /** The tensor, borrowed: the parameter owns it. The first use allocates it. */
  get value(): Variable {
    if (this.#variable === undefined) {
      if (this.#disposed) throw new ConfigError('Parameter: its model was disposed. Build or load the model again.');
      const random = this.#seed === undefined ? RandomStream.unseeded() : new RandomStream(this.#seed);
      this.#hold(tensor(this.#initializer(this.shape, random), [...this.shape], 'float32'));
    }
    return this.#variable!;
  }

  /** Sets the seed that the initial numbers will come from, and forgets numbers there were. */
  seed(seed: number): void {
    this.#seed = seed;
    this.#free();
    this.#disposed = false;
  }

  /**
   * Replaces the numbers.
   *
   * @param values as many numbers as the parameter has, row-major, or a float32 tensor of its shape (borrowed)
   * @throws ShapeError if they do not fit
   */
  assign(values: Float32Array | Tensor): void {
    const fits =
      values instanceof Float32Array ? values.length === this.size : values.shape.join() === this.shape.join();
    if (!fits) {
      const given = values instanceof Float32Array ? `${values.length} numbers` : `[${values.shape.join(', ')}]`;
      throw new ShapeError(`Parameter: ${given} do not fit its shape [${this.shape.join(', ')}].`, {
        value: values instanceof Float32Array ? values.length : values.shape,
      });
    }
    if (!(values instanceof Float32Array) && values.dtype !== 'float32') {
      throw new ShapeError(`Parameter: numbers are float32, and this tensor is ${values.dtype}. Cast it first.`, {
        value: values.dtype,
      });
    }
    this.#disposed = false;
    if (values instanceof Float32Array) this.#hold(tensor(values.slice(), [...this.shape], 'float32'));
    else if (this.#variable === undefined) this.#hold(values.clone());
    else this.#variable.assign(values);
  }

  /** The numbers, row-major. */
  async read(): Promise<Float32Array> {
    return Float32Array.from(await this.value.data());
  }

  /** Frees the tensor. */
  dispose(): void {
    this.#free();
    this.#disposed = true;
  }

  #hold(values: Tensor): void {
    if (this.#variable === undefined) this.#variable = variable(values, true);
    else this.#variable.assign(values);
    values.dispose();
  }

  #free(): void {
    this.#variable?.dispose();
    this.#variable = undefined;
  }
}
