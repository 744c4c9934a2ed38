import { defineKernel, type KernelDefinition, type KernelTensors, rowsOf, sizeOf } from './kernelDefinition.js';
import { ACTIVATIONS, type ProductActivation } from './product.js';

/** Outputs of a panel and inputs of a step: as in the assembly. */
const [OUTPUTS, STEP] = [4, 16];
/** Rows of x that a panel of weights is multiplied by at once: their codes stay in the second-level cache. */
const BLOCK_ROWS = 128;
/** The largest code of an activation, of 16 bits. */
const LARGEST_CODE = 32767;

/** From this many rows on, sums of the weights, which products of bytes need, are worth their time. */
const ROWS_THAT_REPAY_BYTES = 4;

interface LinearAttributes {
  readonly outputs: number;
  /** Whether x is rounded to 7 bits. */
  readonly coarse?: boolean;
  readonly activation?: ProductActivation;
}

type Weights = KernelTensors<'codes' | 'scales'>;

/** Products with 8-bit weights, rows of them by their numbers, and the floats that they stand for. */
export const int8Kernels: readonly KernelDefinition[] = [
  defineKernel<Weights & KernelTensors<'x'> & Partial<KernelTensors<'bias' | 'residual'>>, LinearAttributes>(
    'SesameInt8Linear',
    (runtime, { x, codes, scales, bias, residual }, { outputs, coarse = false, activation = 'none' }) => {
      const { heap } = runtime;
      const { rows, size } = rowsOf(x);
      const y = heap.makeTensor([...x.shape.slice(0, -1), outputs]);
      const panelBytes = OUTPUTS * Math.ceil(size / STEP) * STEP;
      const rowBytes = (2 * panelBytes) / OUTPUTS;
      runtime.borrow(rows * (rowBytes + 8), (rounded) => {
        const rowScales = rounded + rows * rowBytes;
        const rowZeros = rowScales + 4 * rows;
        const asBytes = coarse && rows >= ROWS_THAT_REPAY_BYTES && runtime.exports.multipliesBytes() !== 0;
        if (coarse) {
          const addresses = [heap.addressOf(x), rounded, rowScales, rowZeros];
          runtime.run('roundActivationsCoarsely', rows, [size, Number(asBytes), ...addresses]);
        } else {
          // A sum of `size` products of a code of x and one of 8 bits fits 32 bits.
          const most = Math.min(LARGEST_CODE, Math.floor((2 ** 31 - 1) / (128 * Math.max(size, 1))));
          runtime.run('roundActivations', rows, [size, most, heap.addressOf(x), rounded, rowScales]);
        }
        const addresses = [codes, scales, y].map((tensor) => heap.addressOf(tensor));
        runtime.run(
          'multiplyInt8',
          Math.ceil(rows / BLOCK_ROWS) * Math.ceil(outputs / OUTPUTS),
          [
            ...[rows, BLOCK_ROWS, outputs, size, rounded, rowScales, asBytes ? rowZeros : 0, ...addresses],
            ...[bias ? heap.addressOf(bias) : 0, ACTIVATIONS[activation], residual ? heap.addressOf(residual) : 0],
          ],
          2 * panelBytes + 32,
        );
      });
      return y;
    },
  ),
  defineKernel<Weights & KernelTensors<'ids'>, { readonly outputs: number; readonly inputs: number }>(
    'SesameInt8Lookup',
    (runtime, { codes, scales, ids }, { outputs, inputs }) => {
      const { heap } = runtime;
      const y = heap.makeTensor([...ids.shape, inputs]);
      const addresses = [codes, scales, ids, y].map((tensor) => heap.addressOf(tensor));
      runtime.run('lookUpInt8', sizeOf(ids), [outputs, inputs, ...addresses]);
      return y;
    },
  ),
  defineKernel<Weights, { readonly first: number; readonly second: number; readonly outputAxis: number }>(
    'SesameInt8Decode',
    (runtime, { codes, scales }, { first, second, outputAxis }) => {
      const { heap } = runtime;
      const y = heap.makeTensor([first, second]);
      const [outputs, inputs] = outputAxis === 0 ? [first, second] : [second, first];
      const strides = outputAxis === 0 ? [4 * second, 4] : [4, 4 * second];
      const addresses = [codes, scales, y].map((tensor) => heap.addressOf(tensor));
      runtime.run('decodeInt8', outputs, [inputs, ...addresses, ...strides]);
      return y;
    },
  ),
];
