import { type Tensor, tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { BackendError, ConfigError, ShapeError } from '../errors/index.js';
import { EncodedMatrix, type EncodingError } from '../ops/index.js';
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
 *
 * Its numbers have one form at a time: a variable of floats, or an encoded matrix (packed, int8). Whatever gives it other
 * numbers makes it floats again, so no form can be stale.
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
  #name = 'a parameter';
  #numbers: Variable | EncodedMatrix | undefined;
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

  /** The memory that the numbers take, or will take when they exist. */
  get bytes(): number {
    return this.#numbers instanceof EncodedMatrix ? this.#numbers.bytes : 4 * this.size;
  }

  /** Whether its numbers exist yet. */
  get allocated(): boolean {
    return this.#numbers !== undefined;
  }

  /** The form of its numbers: 'float32', 'packed', 'int8', or that of an encoding of your own. */
  get encoding(): string {
    return this.#numbers instanceof EncodedMatrix ? this.#numbers.encoding : 'float32';
  }

  /** Whether it can be encoded: matrices and embeddings with two axes can. */
  get encodable(): boolean {
    return this.role !== 'vector' && this.shape.length === 2;
  }

  /**
   * The numbers as a tensor. It is borrowed where they are floats; where they are encoded it is a new tensor, which the
   * `tidy` around the call frees. The first use allocates it.
   */
  get value(): Tensor {
    const numbers = this.operand;
    return numbers instanceof EncodedMatrix ? numbers.decode() : numbers;
  }

  /** The numbers in the form that they have, borrowed, for `linear` and `embeddingLookup`. The first use allocates them. */
  get operand(): Tensor | EncodedMatrix {
    if (this.#numbers === undefined) this.#hold(this.#drawTensor());
    return this.#numbers!;
  }

  /**
   * The variable that an optimizer updates, borrowed. A packed parameter is unpacked.
   *
   * @throws ConfigError if the numbers were rounded to 8 bits
   */
  get variable(): Variable {
    if (this.encoding === 'int8') {
      throw new ConfigError(
        `Parameter: ${this.#name} holds 8-bit numbers, which training cannot change.\n` +
          'Freeze it, or make the model floats again: model.toFloat32().',
        { value: this.encoding },
      );
    }
    this.toFloat32();
    return this.operand as Variable; // no encoding is left
  }

  /**
   * Sets the seed that the initial numbers will come from, and forgets numbers there were.
   *
   * @param name what messages call the parameter: its path
   */
  seed(seed: number, name = this.#name): void {
    this.#seed = seed;
    this.#name = name;
    this.#free();
    this.#disposed = false;
  }

  /**
   * Replaces the numbers, by floats.
   *
   * @param values as many numbers as the parameter has, row-major, or a float32 tensor of its shape (borrowed)
   * @throws ShapeError if they do not fit
   */
  assign(values: Float32Array | Tensor): void {
    this.#checkFit(values);
    this.#disposed = false;
    if (values instanceof Float32Array) this.#hold(this.#tensor(values.slice()));
    else if (this.#numbers === undefined || this.#numbers instanceof EncodedMatrix) this.#hold(values.clone());
    else this.#numbers.assign(values);
  }

  /**
   * Replaces the numbers, by encoded ones.
   *
   * @param matrix which the parameter owns from now on
   * @throws ShapeError if it is of another shape
   */
  assignEncoded(matrix: EncodedMatrix): void {
    this.#checkFit(matrix);
    this.#disposed = false;
    this.#free();
    this.#numbers = matrix;
  }

  /**
   * Rounds the numbers to 8 bits, or numbers that replace them: floats of theirs are freed, and where there were none yet
   * there never are any in the backend's memory.
   *
   * @param values as many numbers as the parameter has, row-major; those that it has by default
   * @returns how near the rounded numbers are
   * @throws ConfigError if it is neither matrix nor embedding with two axes
   */
  async quantize(values?: Float32Array): Promise<EncodingError> {
    const { encodedLayout } = await import('./encodedLayout.js'); // only those who round carry these
    const { encodeInt8 } = await import('../ops/int8Matrix.js');
    const layout = encodedLayout(this);
    if (values !== undefined) this.#checkFit(values);
    const floats = values ?? (this.allocated ? await this.read() : this.#draw());
    return this.#inMemory(() => {
      const { matrix, error } = encodeInt8(floats, layout);
      this.assignEncoded(matrix);
      return error;
    });
  }

  /**
   * Puts the numbers into the order in which products read them. They stay what they are.
   *
   * @throws ConfigError if it is neither matrix nor embedding with two axes
   */
  async pack(): Promise<void> {
    const { encodedLayout } = await import('./encodedLayout.js'); // only those who pack carry these
    const { packMatrix } = await import('../ops/packedMatrix.js');
    const { outputAxis } = encodedLayout(this);
    if (this.encoding !== 'float32') return;
    const { operand } = this;
    this.assignEncoded(this.#inMemory(() => packMatrix(operand as Tensor, outputAxis)));
  }

  /** Makes the numbers floats: what `pack` did is undone, and what was rounded to 8 bits stays as it was rounded. */
  toFloat32(): void {
    const numbers = this.#numbers;
    if (numbers instanceof EncodedMatrix) this.#hold(this.#inMemory(() => numbers.decode()));
  }

  /** The numbers, row-major. */
  async read(): Promise<Float32Array> {
    const numbers = this.operand;
    if (!(numbers instanceof EncodedMatrix)) return Float32Array.from(await numbers.data());
    const decoded = numbers.decode();
    try {
      return Float32Array.from(await decoded.data());
    } finally {
      decoded.dispose();
    }
  }

  /** Frees the tensor. */
  dispose(): void {
    this.#free();
    this.#disposed = true;
  }

  #draw(): Float32Array {
    return this.#initializer(this.shape, this.#random());
  }

  /** The same, in the backend's memory. */
  #drawTensor(): Tensor {
    const { tensor } = this.#initializer;
    if (tensor === undefined) return this.#tensor(this.#draw());
    const random = this.#random();
    return this.#inMemory(() => tensor(this.shape, random));
  }

  #random(): RandomStream {
    if (this.#disposed) throw new ConfigError('Parameter: its model was disposed. Build or load the model again.');
    return this.#seed === undefined ? RandomStream.unseeded() : new RandomStream(this.#seed);
  }

  #checkFit(values: Float32Array | Tensor | EncodedMatrix): void {
    const fits =
      values instanceof Float32Array ? values.length === this.size : values.shape.join() === this.shape.join();
    if (!fits) {
      const given = values instanceof Float32Array ? `${values.length} numbers` : `[${values.shape.join(', ')}]`;
      throw new ShapeError(`Parameter: ${given} do not fit its shape [${this.shape.join(', ')}].`, {
        value: values instanceof Float32Array ? values.length : values.shape,
      });
    }
    if (values instanceof Float32Array || values instanceof EncodedMatrix || values.dtype === 'float32') return;
    throw new ShapeError(`Parameter: numbers are float32, and this tensor is ${values.dtype}. Cast it first.`, {
      value: values.dtype,
    });
  }

  #tensor(values: Float32Array): Tensor {
    return this.#inMemory(() => tensor(values, [...this.shape], 'float32'));
  }

  #hold(values: Tensor): void {
    const numbers = this.#numbers;
    if (numbers === undefined || numbers instanceof EncodedMatrix) {
      numbers?.dispose();
      this.#numbers = variable(values, true);
    } else {
      numbers.assign(values);
    }
    values.dispose();
  }

  #free(): void {
    this.#numbers?.dispose();
    this.#numbers = undefined;
  }

  /** Says in the error of a full heap whose numbers found no place. */
  #inMemory<Result>(use: () => Result): Result {
    try {
      return use();
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      throw new BackendError(`${this.#name}: ${error.message}`, { cause: error, value: error.value });
    }
  }
}
