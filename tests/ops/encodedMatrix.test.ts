// Weights in other forms than floats, held to products of plain numbers: with our kernels and without.
import {
  dispose,
  getBackend,
  grads,
  memory,
  mul,
  registerKernel,
  sum,
  type Tensor,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import { RandomStream } from 'sesame-nlp/nn';
import {
  EncodedMatrix,
  embeddingLookup,
  encodeInt8,
  gelu,
  geluTanh,
  type Int8Matrix,
  int8FromRows,
  linear,
  packMatrix,
  relu,
  silu,
} from 'sesame-nlp/ops';
import { beforeEach, describe, expect, test } from 'vitest';
import { isGpu } from '../support/oracle.js';

type Shape = readonly [number, number];

const SIZES = [1, 3, 4, 5, 7, 15, 16, 17, 33, 130];

const normal = (length: number, seed: number) => {
  const random = new RandomStream(seed);
  return Float32Array.from({ length }, () => random.nextNormal());
};

/** Each form, made of floats. */
const forms: Record<string, (values: Float32Array, shape: Shape, outputAxis: 0 | 1) => EncodedMatrix> = {
  packed: (values, shape, outputAxis) => {
    const matrix = tensor2d(values, [...shape]);
    const packed = packMatrix(matrix, outputAxis);
    matrix.dispose();
    return packed;
  },
  int8: (values, shape, outputAxis) => encodeInt8(values, { shape, outputAxis }).matrix,
};

const read = async (make: () => Tensor) => {
  const output = tidy(make);
  const values = [...(await output.data())];
  output.dispose();
  return values;
};

/** The matrix output by output. */
const byOutput = (values: ArrayLike<number>, [first, second]: Shape, outputAxis: 0 | 1) =>
  Array.from({ length: outputAxis === 0 ? first : second }, (_, output) =>
    Array.from({ length: outputAxis === 0 ? second : first }, (_, input) =>
      outputAxis === 0 ? values[output * second + input]! : values[input * second + output]!,
    ),
  );

/** x · Wᵀ + bias in float64, and how far a row's result may be off by the rounding of x. */
function product(x: number[][], weights: number[][], bias: number[]) {
  return x.map((row) => {
    const largest = Math.max(...row.map(Math.abs));
    const step = largest / Math.min(32767, Math.floor((2 ** 31 - 1) / (128 * row.length)));
    return weights.map((weight, output) => ({
      value: weight.reduce((total, w, i) => total + w * row[i]!, bias[output] ?? 0),
      rounding: weight.reduce((total, w) => total + Math.abs(w), 0) * step * 0.5,
      size: weight.reduce((total, w, i) => total + Math.abs(w * row[i]!), Math.abs(bias[output] ?? 0)),
    }));
  });
}

let tensorsBefore: number;
beforeEach(() => {
  tensorsBefore = memory().numTensors;
  return () => expect(memory().numTensors).toBe(tensorsBefore);
});

describe.each(Object.keys(forms))('%s', (form) => {
  const encode = forms[form]!;
  const exact = form === 'packed';

  test.each([0, 1] as const)('with outputs along axis %i, it decodes to what it stands for', async (outputAxis) => {
    for (const [first, second] of [...SIZES.map((size) => [size, 17] as const), [3, 33] as const, [17, 1] as const]) {
      const values = normal(first * second, first);
      const matrix = encode(values, [first, second], outputAxis);
      expect(matrix).toMatchObject({ shape: [first, second], outputAxis, encoding: form });
      const decoded = await read(() => matrix.decode());
      const [expected, actual] = [values, decoded].map((each) => byOutput(each, [first, second], outputAxis));
      for (const [output, weights] of expected!.entries()) {
        const halfAStep = exact ? 0 : Math.max(...weights.map(Math.abs)) / 127 / 2;
        const tolerance = halfAStep * 1.0001 + (isGpu() ? 1e-5 : 0);
        const tooFar = weights.filter((weight, input) => !(Math.abs(actual![output]![input]! - weight) <= tolerance));
        expect(tooFar).toEqual([]);
      }
      matrix.dispose();
    }
  });

  test.each([0, 1] as const)(
    'with outputs along axis %i, its products are those of plain numbers',
    async (outputAxis) => {
      for (const rows of isGpu() ? [1, 5] : [1, 2, 3, 4, 5, 17, 131]) {
        for (const [inputs, outputs] of [
          ...SIZES.map((size) => [size, 7] as const),
          [33, 16],
          [768, 5],
          [5, 66],
        ] as const) {
          const shape: Shape = outputAxis === 0 ? [outputs, inputs] : [inputs, outputs];
          const matrix = encode(normal(inputs * outputs, rows), shape, outputAxis);
          const [x, bias] = [normal(rows * inputs, inputs), normal(outputs, 3)];
          const weights = byOutput(await read(() => matrix.decode()), shape, outputAxis);
          const rowsOfX = Array.from({ length: rows }, (_, row) => [...x.subarray(row * inputs, (row + 1) * inputs)]);
          for (const given of [[...bias], []]) {
            const actual = await read(() =>
              linear(tensor2d(x, [rows, inputs]), matrix, given.length > 0 ? tensor1d(given) : undefined, {
                transposeWeight: outputAxis === 0,
              }),
            );
            const expected = product(rowsOfX, weights, given).flat();
            const tooFar = expected.filter(({ value, rounding, size }, index) => {
              const tolerance = (exact ? 0 : rounding) + (isGpu() ? 1e-3 : 2e-6) * (size + 1);
              return !(Math.abs(actual[index]! - value) <= tolerance);
            });
            expect(tooFar, `${rows}x${inputs}x${outputs}`).toEqual([]);
          }
          matrix.dispose();
        }
      }
    },
  );

  test('asked for products along the other axis, it gives those', async () => {
    const matrix = encode(normal(15, 1), [3, 5], 1);
    const decoded = await read(() => matrix.decode());
    const x = tensor2d([1, 2, 3, 4, 5], [1, 5]);
    const actual = await read(() => linear(x, matrix, undefined, { transposeWeight: true }));
    const expected = [0, 1, 2].map((row) => [1, 2, 3, 4, 5].reduce((sum, n, i) => sum + n * decoded[5 * row + i]!, 0));
    for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, isGpu() ? 2 : 4);
    dispose(x);
    matrix.dispose();
  });

  test('rows of a table are found by their numbers, in ids of any shape', async () => {
    for (const [rows, size] of [
      [7, 5],
      [33, 16],
      [5, 17],
    ] as const) {
      const table = encode(normal(rows * size, 2), [rows, size], 0);
      const decoded = await read(() => table.decode());
      const ids = [0, rows - 1, 3, 3, 4, 1];
      const found = tidy(() => embeddingLookup(table, tensor(ids, [2, 1, 3], 'int32')));
      expect(found.shape).toEqual([2, 1, 3, size]);
      const expected = ids.flatMap((id) => decoded.slice(id * size, (id + 1) * size));
      for (const [index, value] of [...(await found.data())].entries()) expect(value).toBeCloseTo(expected[index]!, 5);
      found.dispose();
      table.dispose();
    }
    const sideways = encode(normal(6, 2), [3, 2], 1);
    const decoded = await read(() => sideways.decode());
    expect(await read(() => embeddingLookup(sideways, tensor1d([2], 'int32')))).toEqual(decoded.slice(4));
    sideways.dispose();
  });

  test('a residual is added and a function applied, within the kernel or behind it', async () => {
    const matrix = encode(normal(35, 4), [5, 7], 1);
    const decoded = tidy(() => matrix.decode());
    for (const rows of [1, 3, 6]) {
      const [x, bias, residual] = [
        tensor2d(normal(rows * 5, 5), [rows, 5]),
        tensor1d(normal(7, 6)),
        tensor2d(normal(rows * 7, 7), [rows, 7]),
      ];
      for (const activation of [undefined, relu, gelu, geluTanh, silu, (y: Tensor) => mul(y, 2)]) {
        const actual = await read(() => linear(x, matrix, bias, { residual, activation }));
        const expected = await read(() => linear(x, decoded, bias, { residual, activation }));
        for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, isGpu() ? 2 : exact ? 5 : 3);
      }
      dispose([x, bias, residual]);
    }
    decoded.dispose();
    matrix.dispose();
  });

  test('gradients flow through it to x and to the bias', async () => {
    const matrix = encode(normal(35, 4), [5, 7], 1);
    const [x, bias, weights] = [
      tensor2d(normal(10, 5), [2, 5]),
      tensor1d(normal(7, 6)),
      tensor2d(normal(14, 7), [2, 7]),
    ];
    const decoded = tidy(() => matrix.decode());
    const slopes = (weight: Tensor | EncodedMatrix) =>
      grads((x: Tensor, bias: Tensor) => sum(mul(linear(x, weight, bias), weights)))([x, bias]);
    const [actual, expected] = [tidy(() => slopes(matrix)), tidy(() => slopes(decoded))];
    for (const [index, gradient] of actual.entries()) {
      const [values, wanted] = await Promise.all([gradient.data(), expected[index]!.data()]);
      for (const [i, value] of wanted.entries()) expect(values[i]).toBeCloseTo(value, isGpu() ? 2 : 5);
    }
    dispose([x, bias, weights, decoded, actual, expected]);
    matrix.dispose();
  });

  test('NaN and infinities in x make their rows NaN or infinite, and no others; zeros make zeros', async () => {
    const matrix = encode(normal(20, 8), [5, 4], 1);
    for (const poison of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const healthy of [1, 5]) {
        const x = [[0, 1, poison, 1, 0], ...Array.from({ length: healthy }, () => [0, 0, 0, 0, 0])];
        const y = await read(() => linear(tensor2d(x), matrix));
        expect(y.slice(0, 4).some(Number.isFinite)).toBe(false);
        expect(y.slice(4).every((value) => value === 0)).toBe(true);
      }
    }
    matrix.dispose();
  });

  test('a weight that is NaN or infinite shows in its output, and in no other', async () => {
    for (const poison of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const matrix = encode(Float32Array.of(1, poison, 2, 3, 4, 5), [2, 3], 1);
      const y = await read(() => linear(tensor2d([[1, 1]]), matrix));
      expect(y.map(Number.isFinite)).toEqual([true, false, true]);
      matrix.dispose();
    }
  });

  test('no rows of x give no rows', async () => {
    const matrix = encode(normal(6, 1), [2, 3], 1);
    const y = tidy(() => linear(tensor2d([], [0, 2]), matrix));
    expect(y.shape).toEqual([0, 3]);
    y.dispose();
    matrix.dispose();
  });

  test('what does not fit is refused', () => {
    const matrix = encode(normal(6, 1), [2, 3], 1);
    const refused = (x: Tensor, bias?: Tensor) => {
      expect(() => linear(x, matrix, bias)).toThrow(ShapeError);
      dispose(bias === undefined ? [x] : [x, bias]);
    };
    refused(tensor2d([[1, 2, 3]]));
    refused(tensor2d([[1, 2]]), tensor1d([1, 2]));
    matrix.dispose();
  });
});

describe('int8', () => {
  test('each output has a scale of its own, and its largest weight is ±127', async () => {
    const { matrix } = encodeInt8(Float32Array.of(1, -2, 0, 254, 10, -1), { shape: [3, 2], outputAxis: 0 });
    const { rows, scales } = await matrix.read();
    expect([...rows]).toEqual([64, -127, 0, 127, 127, -13]);
    expect([...scales].map((scale) => scale * 127)).toEqual([2, 254, 10].map((most) => expect.closeTo(most, 4)));
    matrix.dispose();
  });

  test('the error that it reports is the one that it has', async () => {
    const values = normal(300, 9);
    const { matrix, error } = encodeInt8(values, { shape: [30, 10], outputAxis: 1 });
    const decoded = await read(() => matrix.decode());
    const length = (numbers: ArrayLike<number>) => Math.hypot(...Array.from(numbers));
    const difference = length(decoded.map((value, i) => value - values[i]!));
    expect(error.relativeError).toBeCloseTo(difference / length(values), 6);
    expect(error.relativeError).toBeLessThan(0.01);
    expect(error.cosine).toBeGreaterThan(0.9999);
    matrix.dispose();
    const nothing = encodeInt8(new Float32Array(6), { shape: [2, 3], outputAxis: 1 });
    expect(nothing.error).toEqual({ relativeError: 0, cosine: 1 });
    nothing.matrix.dispose();
  });

  test('what was read makes the same matrix again, bit for bit', async () => {
    for (const outputAxis of [0, 1] as const) {
      const { matrix } = encodeInt8(normal(5 * 18, 1), { shape: [5, 18], outputAxis });
      const { rows, scales } = await matrix.read();
      const again = int8FromRows(rows, scales, { shape: [5, 18], outputAxis });
      const bytes = async ({ codes, scales }: Int8Matrix) => [[...(await codes.data())], [...(await scales.data())]];
      expect(await bytes(again)).toEqual(await bytes(matrix));
      matrix.dispose();
      again.dispose();
    }
  });

  test('a row has the same result however many rows go with it', async () => {
    const { matrix } = encodeInt8(normal(70 * 9, 1), { shape: [70, 9], outputAxis: 1 });
    const x = normal(9 * 70, 2);
    const together = await read(() => linear(tensor2d(x, [9, 70]), matrix));
    for (const rows of [1, 2, 3, 4, 5, 8]) {
      const some = await read(() => linear(tensor2d(x.slice(0, rows * 70), [rows, 70]), matrix));
      if (isGpu()) for (const [i, value] of some.entries()) expect(value).toBeCloseTo(together[i]!, 2);
      else expect(some).toEqual(together.slice(0, some.length));
    }
    matrix.dispose();
  });

  test.each([512, 8192, 40_000])('sums of %i of the largest products do not overflow', async (inputs) => {
    const ones = new Float32Array(inputs).fill(1);
    for (const sign of [1, -1]) {
      const { matrix } = encodeInt8(
        ones.map((one) => sign * one),
        { shape: [1, inputs], outputAxis: 0 },
      );
      for (const rows of [1, 5]) {
        const x = new Float32Array(rows * inputs).fill(3e4);
        const y = await read(() => linear(tensor2d(x, [rows, inputs]), matrix, undefined, { transposeWeight: true }));
        for (const value of y) expect(value / (sign * inputs * 3e4)).toBeCloseTo(1, 4);
      }
      matrix.dispose();
    }
  });

  test('coarse activations are rounded to 127 steps from the smallest to the largest of a row, whatever rows go with it', async () => {
    for (const [inputs, outputs] of [
      [5, 3],
      [16, 4],
      [70, 9],
      [257, 17],
    ] as const) {
      const { matrix } = encodeInt8(normal(inputs * outputs, 1), { shape: [inputs, outputs], outputAxis: 1 });
      matrix.activations = 'coarse';
      const weights = byOutput(await read(() => matrix.decode()), [inputs, outputs], 1);
      // The first row has numbers of one sign, the second an end that is far away, the third is zeros.
      const x = normal(9 * inputs, 2).map((value, i) =>
        i < inputs ? Math.abs(value) : i === inputs ? 40 : i < 3 * inputs && i >= 2 * inputs ? 0 : value,
      );
      const together = await read(() => linear(tensor2d(x, [9, inputs]), matrix));
      for (const rows of [1, 3, 4, 5]) {
        const some = await read(() => linear(tensor2d(x.slice(0, rows * inputs), [rows, inputs]), matrix));
        if (!isGpu()) expect(some).toEqual(together.slice(0, some.length));
      }
      for (let row = 0; row < 9; row++) {
        const numbers = [...x.subarray(row * inputs, (row + 1) * inputs)];
        const step = (Math.max(0, ...numbers) - Math.min(0, ...numbers)) / 127;
        for (const [output, weight] of weights.entries()) {
          const expected = weight.reduce((sum, w, i) => sum + w * numbers[i]!, 0);
          const rounding = weight.reduce((sum, w) => sum + Math.abs(w), 0) * step;
          const difference = Math.abs(together[row * outputs + output]! - expected);
          expect(difference).toBeLessThanOrEqual(rounding + (isGpu() ? 1e-2 : 1e-4));
        }
      }
      for (const poison of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const poisoned = Float32Array.from(x);
        poisoned[inputs] = poison;
        const y = await read(() => linear(tensor2d(poisoned, [9, inputs]), matrix));
        expect(y.slice(outputs, 2 * outputs).some(Number.isFinite)).toBe(false);
        expect(y.slice(0, outputs)).toEqual(together.slice(0, outputs));
      }
      matrix.dispose();
    }
  });

  test('more inputs than sums of 32 bits have room for are refused', () => {
    expect(() => encodeInt8(new Float32Array(131_073), { shape: [131_073, 1], outputAxis: 1 })).toThrow(ConfigError);
  });

  test('it takes about a quarter of the memory', () => {
    const { matrix } = encodeInt8(normal(256 * 64, 1), { shape: [256, 64], outputAxis: 0 });
    expect(matrix.bytes).toBe(256 * 64 + 4 * 256);
    matrix.dispose();
  });
});

test('an encoding of one’s own is used like ours, and so is a kernel for it', async () => {
  class Doubled extends EncodedMatrix {
    override readonly encoding = 'doubled';
    override readonly linearKernel = 'DoubledLinear';
    readonly half = tensor2d([1, 2, 3, 4], [2, 2]);
    override get tensors() {
      return { half: this.half };
    }
    override lookUp(ids: Tensor) {
      return embeddingLookup(this.decode(), ids);
    }
    override decode() {
      return mul(this.half, 2);
    }
  }
  const matrix = new Doubled({ shape: [2, 2], outputAxis: 1 });
  expect(await read(() => linear(tensor2d([[1, 10]]), matrix))).toEqual([62, 84]);
  expect(matrix.bytes).toBe(16);
  let seen: unknown;
  registerKernel({
    kernelName: 'DoubledLinear',
    backendName: getBackend(),
    kernelFunc: ({ inputs, attrs }) => {
      seen = { inputs: Object.keys(inputs).sort(), attributes: { ...attrs } };
      return tensor2d([[7, 8]]);
    },
  });
  expect(await read(() => linear(tensor2d([[1, 10]]), matrix, tensor1d([0, 0]), { activation: relu }))).toEqual([7, 8]);
  expect(seen).toEqual({ inputs: ['bias', 'half', 'x'], attributes: { outputs: 2, activation: 'relu' } });
  unregisterKernel('DoubledLinear', getBackend());
  matrix.dispose();
});
