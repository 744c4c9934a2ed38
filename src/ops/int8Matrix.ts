import {
  cast,
  expandDims,
  floorDiv,
  gather,
  greater,
  keep,
  mul,
  oneHot,
  reshape,
  scalar,
  slice,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tensor,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors/index.js';
import { EncodedMatrix, type EncodedMatrixOptions } from './encodedMatrix.js';
import {
  type EncodingError,
  type Int8Codes,
  LARGEST_CODE,
  layInt8Rows,
  OUTPUTS,
  STEP,
  takeInt8Rows,
  toInt8Codes,
} from './int8Layout.js';
import { dispatch, type KernelAttributes } from './kernel.js';

/** With so many inputs, sums of products of two codes stay below 2^31. */
const MOST_INPUTS = Math.floor(2 ** 31 / (LARGEST_CODE + 1) ** 2);

/** An 8-bit matrix outside of the backend. */
export interface Int8Rows {
  /** [outputs, inputs], row-major, -127..127. */
  readonly rows: Int8Array;
  /** [outputs] */
  readonly scales: Float32Array;
}

/**
 * A matrix of 8-bit whole numbers, with a scale for each output: weight = code * scale. A quarter of the memory of floats,
 * and as much less to read for each token that a model writes.
 *
 * A kernel may round x too, each row by a scale of its own; `activations` says how finely.
 */
export class Int8Matrix extends EncodedMatrix {
  override readonly encoding = 'int8';
  override readonly linearKernel = 'SesameInt8Linear';
  /**
   * [ceil(outputs / 4), ceil(inputs / 16), 4, 16], two's complement, zeros where there is no weight. Its dtype is 'bool',
   * the one that TensorFlow.js has for bytes.
   */
  readonly codes: Tensor;
  /** [ceil(outputs / 4) * 4] */
  readonly scales: Tensor;
  /**
   * How finely a kernel rounds x. 'fine', the default: as sums of products in 32 bits allow, to codes of up to ±32767 with at
   * most 512 inputs, ±5461 with 3072, ±127 with the most that there may be. 'coarse': to 7 bits, for which some processors
   * have instructions that take four rows of x and more in half the time.
   */
  activations: 'fine' | 'coarse' = 'fine';

  constructor({ codes, scales, ...options }: EncodedMatrixOptions & Int8Codes) {
    super(options);
    if (this.inputs > MOST_INPUTS) {
      throw new ConfigError(
        `Int8Matrix: [${options.shape.join(', ')}] has ${this.inputs} inputs, and sums of more than ${MOST_INPUTS} ` +
          'products of 8-bit numbers do not fit 32 bits.\nLeave this matrix as floats.',
        { value: options.shape },
      );
    }
    const shape = [Math.ceil(this.outputs / OUTPUTS), Math.ceil(this.inputs / STEP), OUTPUTS, STEP];
    this.codes = keep(tensor(codes, shape, 'bool'));
    this.scales = keep(tensor(scales, [scales.length], 'float32'));
  }

  override get tensors(): Readonly<Record<string, Tensor>> {
    const { codes, scales } = this;
    return { codes, scales };
  }

  override get attributes(): KernelAttributes {
    return { outputs: this.outputs, coarse: this.activations === 'coarse' };
  }

  override lookUp(ids: Tensor): Tensor {
    const { codes, scales, outputs, inputs } = this;
    return dispatch('SesameInt8Lookup', { codes, scales, ids }, { outputs, inputs }, () =>
      tidy(() => {
        const flat = reshape(ids, [ids.size]) as Tensor1D;
        const panel = floorDiv(flat, scalar(OUTPUTS, 'int32'));
        const inPanel = oneHot(sub(flat, mul(panel, scalar(OUTPUTS, 'int32'))) as Tensor1D, OUTPUTS); // [ids, 4]
        const panels = signed(cast(gather(codes, panel), 'float32')); // [ids, steps, 4, 16]
        const chosen = sum(mul(panels, reshape(cast(inPanel, 'float32'), [ids.size, 1, OUTPUTS, 1])), 2);
        const rows = slice(reshape(chosen, [ids.size, codes.shape[1]! * STEP]), [0, 0], [ids.size, inputs]);
        return reshape(mul(rows, expandDims(gather(scales, flat), 1)), [...ids.shape, inputs]);
      }),
    );
  }

  override decode(): Tensor {
    const { codes, scales, shape, outputAxis, outputs, inputs } = this;
    const [first, second] = shape;
    return dispatch('SesameInt8Decode', { codes, scales }, { first, second, outputAxis }, () =>
      tidy(() => {
        const inOrder = transpose(signed(cast(codes, 'float32')), [0, 2, 1, 3]); // [panels, 4, steps, 16]
        const padded = reshape(inOrder, [codes.shape[0]! * OUTPUTS, codes.shape[1]! * STEP]);
        const matrix = mul(slice(padded, [0, 0], [outputs, inputs]), expandDims(slice(scales, [0], [outputs]), 1));
        return outputAxis === 0 ? matrix : transpose(matrix);
      }),
    );
  }

  /** The codes [outputs, inputs] row by row, and the scales [outputs]. */
  async read(): Promise<Int8Rows> {
    const [codes, scales] = await Promise.all([this.codes.data(), this.scales.data<'float32'>()]);
    return takeInt8Rows({ codes: codes as Uint8Array, scales }, this.outputs, this.inputs);
  }
}

/** What `encodeInt8` returns. */
export interface EncodedInt8 {
  /** The matrix, rounded. */
  readonly matrix: Int8Matrix;
  /** How near it is to the floats. */
  readonly error: EncodingError;
}

/**
 * Rounds a matrix to 8 bits.
 *
 * @param values row-major; borrowed
 * @returns the matrix, and how near it is to the floats
 * @throws ConfigError if it has more inputs than sums of products have room for, which is 131,072
 */
export function encodeInt8(values: Float32Array, options: EncodedMatrixOptions): EncodedInt8 {
  const { codes, scales, relativeError, cosine } = toInt8Codes(values, options.shape, options.outputAxis);
  return { matrix: new Int8Matrix({ ...options, codes, scales }), error: { relativeError, cosine } };
}

/**
 * A matrix from what `Int8Matrix.read` gave.
 *
 * @param rows [outputs, inputs], row-major; borrowed
 * @param scales [outputs]; borrowed
 */
export function int8FromRows(rows: Int8Array, scales: Float32Array, options: EncodedMatrixOptions): Int8Matrix {
  const [outputs, inputs] = [options.shape[options.outputAxis], options.shape[1 - options.outputAxis]!];
  return new Int8Matrix({ ...options, ...layInt8Rows(rows, scales, outputs, inputs) });
}

/** Bytes as two's complement: 0..127 stay, 128..255 are -128..-1. */
function signed(bytes: Tensor): Tensor {
  return sub(bytes, mul(cast(greater(bytes, 127), 'float32'), 256));
}
