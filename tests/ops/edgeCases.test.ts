// Odd sizes, large values, NaN, nothing at all, and what the ops refuse.
import { dispose, grad, mul, sum, type Tensor, tensor, tensor1d, tensor2d, tidy, zeros } from '@tensorflow/tfjs-core';
import {
  attention,
  attentionWeights,
  causalConvolution,
  crossEntropy,
  dropout,
  dropoutMask,
  embeddingLookup,
  gelu,
  geluTanh,
  hash32,
  hashSeed,
  layerNorm,
  linear,
  relu,
  rmsNorm,
  rotary,
  silu,
  softmax,
} from 'sesame-nlp/ops';
import { describe, expect, test } from 'vitest';

const read = async (make: () => Tensor) => {
  const output = tidy(make);
  const values = [...(await output.data())];
  output.dispose();
  return values;
};
const ofEachEntry = { gelu, geluTanh, relu, silu } as const;
const ofRows = {
  softmax: (x: Tensor) => softmax(x),
  layerNorm: (x: Tensor) => layerNorm(x, tensor1d(Array(x.shape.at(-1)).fill(1)), zeros([x.shape.at(-1)!])),
  rmsNorm: (x: Tensor) => rmsNorm(x, tensor1d(Array(x.shape.at(-1)).fill(1))),
} as const;

describe.each(Object.entries({ ...ofEachEntry, ...ofRows }))('%s', (_, op) => {
  test.each([1, 3, 5, 7, 17])('it takes rows of %i numbers as it takes them one by one', async (size) => {
    const rows = Array.from({ length: 5 }, (_, row) =>
      Array.from({ length: size }, (_, i) => Math.sin(3 * row + i) * (row + 1)),
    );
    const together = await read(() => op(tensor2d(rows)));
    const alone = (await Promise.all(rows.map((row) => read(() => op(tensor2d([row])))))).flat();
    for (const [index, value] of alone.entries()) expect(together[index]).toBeCloseTo(value, 5);
  });

  test('values up to 1e4 stay finite, forward and backward', async () => {
    const values = [-1e4, -1e3, -20, -1, 0, 1, 20, 1e3, 1e4];
    expect((await read(() => op(tensor2d([values])))).every(Number.isFinite)).toBe(true);
    expect((await read(() => grad((x) => sum(op(x)))(tensor2d([values])))).every(Number.isFinite)).toBe(true);
  });

  test('NaN comes out where NaN goes in', async () => {
    const [poisoned, healthy] = [
      await read(() => op(tensor2d([[Number.NaN, 1, 2]]))),
      await read(() => op(tensor2d([[0, 1, 2]]))),
    ];
    expect(poisoned[0]).toBeNaN();
    expect(healthy.some(Number.isNaN)).toBe(false);
  });

  test('a batch of nothing gives nothing', async () => {
    const output = tidy(() => op(zeros([0, 3])));
    expect(output.shape).toEqual([0, 3]);
    expect(await output.data()).toHaveLength(0);
    output.dispose();
  });
});

test.each(Object.entries(ofEachEntry))(
  'far from 0, %s is 0 on one side and the identity on the other',
  async (_, op) => {
    const [left, right] = await read(() => op(tensor1d([-1e4, 1e4])));
    expect(Math.abs(left!)).toBeLessThan(1e-6);
    expect(right).toBeCloseTo(1e4, 0);
  },
);

test('the gradient of relu at 0 is 0', async () => {
  expect(await read(() => grad((x) => sum(relu(x)))(tensor1d([-1, 0, 2])))).toEqual([0, 0, 1]);
});

describe('softmax', () => {
  test('a masked entry gets nothing, however large it is', async () => {
    const [first, second, third] = await read(() => softmax(tensor1d([1e4, 1, 1]), tensor1d([0, 1, 1])));
    expect(first).toBe(0);
    expect(second).toBeCloseTo(0.5, 6);
    expect(third).toBeCloseTo(0.5, 6);
  });

  test('a row of -Infinity alone has no softmax, and its neighbours have theirs', async () => {
    const never = Number.NEGATIVE_INFINITY;
    const rows = [
      [1, 0, 0, 0, 0],
      [never, never, never, never, never],
      [1, never, never, never, never],
    ];
    const probabilities = await read(() => softmax(tensor2d(rows)));
    expect(probabilities.slice(0, 5).some(Number.isNaN)).toBe(false);
    expect(probabilities.slice(5, 10).every(Number.isNaN)).toBe(true);
    expect(probabilities.slice(10)).toEqual([1, 0, 0, 0, 0]);
  });

  test('a row that keeps nothing is zeros, forward and backward, beside one that keeps something', async () => {
    const mask = tensor2d([
      [0, 0],
      [1, 0],
    ]);
    const x = tensor2d([
      [1e4, -3],
      [2, 5],
    ]);
    expect(await read(() => softmax(x, mask))).toEqual([0, 0, 1, 0]);
    const slopes = await read(() =>
      grad((x) =>
        sum(
          mul(
            softmax(x, mask),
            tensor2d([
              [1, 2],
              [3, 4],
            ]),
          ),
        ),
      )(x),
    );
    expect(slopes.map(Math.abs)).toEqual([0, 0, 0, 0]);
    dispose([mask, x]);
  });
});

describe('attention', () => {
  const ones = (...shape: number[]) =>
    tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => 1 + (i % 3)),
      shape,
    );

  test('a query that stands before every key, as the first ones do where there are more queries than keys, gives zeros', async () => {
    for (const queries of [3, 4, 6]) {
      const context = await read(() =>
        attention(ones(1, 1, queries, 2), ones(1, 1, 2, 2), ones(1, 1, 2, 1), { causal: true }),
      );
      const blind = queries - 2;
      expect(context.slice(0, blind)).toEqual(Array(blind).fill(0));
      expect(context[blind]).toBeCloseTo(1, 6); // sees the first key alone
      expect(context[blind + 1]).toBeGreaterThan(1);
    }
  });

  test('weights that cannot see a key are 0, and each other row sums to 1', async () => {
    const weights = await read(() => attentionWeights(ones(1, 1, 4, 2), ones(1, 1, 2, 2), { causal: true }));
    const rows = [0, 1, 2, 3].map((row) => weights.slice(2 * row, 2 * row + 2));
    expect(rows.slice(0, 3)).toEqual([
      [0, 0],
      [0, 0],
      [1, 0],
    ]);
    expect(rows[3]![0]! + rows[3]![1]!).toBeCloseTo(1, 6);
  });

  test('scores of 1e4 overflow nothing', async () => {
    const context = await read(() =>
      attention(
        tensor([100, 100], [1, 1, 1, 2]),
        tensor([100, 100, -100, -100], [1, 1, 2, 2]),
        tensor([3, 5], [1, 1, 2, 1]),
        {
          scale: 1,
        },
      ),
    );
    expect(context).toEqual([3]);
  });

  test('its dropout is the one that dropoutMask describes', async () => {
    const value = tensor([1, 0, 0, 1], [1, 1, 2, 2]);
    const dropped = { rate: 0.5, seed: 3 };
    const actual = await read(() => attention(ones(1, 1, 2, 2), ones(1, 1, 2, 2), value, { dropout: dropped }));
    const expected = await read(() =>
      mul(attentionWeights(ones(1, 1, 2, 2), ones(1, 1, 2, 2)), dropoutMask([1, 1, 2, 2], 0.5, 3)),
    );
    for (const [index, weight] of expected.entries()) expect(actual[index]).toBeCloseTo(weight, 6);
    value.dispose();
  });
});

describe('crossEntropy', () => {
  const logits = () =>
    tensor2d([
      [1, 2, 3],
      [0, 0, 0],
    ]);
  const labels = (...values: number[]) => tensor1d(values, 'int32');

  test('it is the negative logarithm of the probability, in nats', async () => {
    const [loss] = await read(() => crossEntropy(tensor2d([[0, 0]]), labels(1)));
    expect(loss).toBeCloseTo(Math.LN2, 6);
  });

  test.each(['mean', 'sum'] as const)(
    'with every label ignored the %s is 0, and so is the gradient',
    async (reduction) => {
      for (const labelSmoothing of [0, 0.3]) {
        const loss = (x: Tensor) => crossEntropy(x, labels(-100, -100), { reduction, labelSmoothing });
        expect(await read(() => loss(logits()))).toEqual([0]);
        expect((await read(() => grad((x) => sum(loss(x)))(logits()))).map(Math.abs)).toEqual(Array(6).fill(0));
      }
    },
  );

  test('a label of one’s own can stand for ignored, even one that is a class', async () => {
    const [both] = await read(() => crossEntropy(logits(), labels(2, 1), { reduction: 'sum', ignoreIndex: 1 }));
    const [alone] = await read(() => crossEntropy(tensor2d([[1, 2, 3]]), labels(2)));
    expect(both).toBeCloseTo(alone!, 6);
  });

  test('logits of 1e4 and of -1e4 give exact losses', async () => {
    expect(await read(() => crossEntropy(tensor2d([[1e4, -1e4]]), labels(0)))).toEqual([0]);
    expect(await read(() => crossEntropy(tensor2d([[1e4, -1e4]]), labels(1)))).toEqual([2e4]);
  });

  test('a class that is ruled out by a logit of -Infinity counts for nothing, and so does an ignored row of them', async () => {
    const [out, ignored] = [Number.NEGATIVE_INFINITY, -100];
    const ruledOut = () =>
      tensor2d([
        [1, out, 3],
        [out, out, out],
      ]);
    const loss = (x: Tensor) => crossEntropy(x, labels(2, ignored), { reduction: 'none' });
    const [expected] = await read(() => crossEntropy(tensor2d([[1, 3]]), labels(1)));
    const [actual, none] = await read(() => loss(ruledOut()));
    expect(actual).toBeCloseTo(expected!, 6);
    expect(none).toBe(0);
    const smoothed = () => crossEntropy(ruledOut(), labels(2, ignored), { labelSmoothing: 0.1 });
    expect(await read(smoothed)).toEqual([Number.POSITIVE_INFINITY]);
  });

  test('NaN comes out where NaN goes in', async () => {
    expect((await read(() => crossEntropy(tensor2d([[Number.NaN, 1]]), labels(0))))[0]).toBeNaN();
  });
});

describe('embeddingLookup', () => {
  test('a row that is looked up twice gets both gradients', async () => {
    const slopes = await read(() =>
      grad((table) => sum(embeddingLookup(table, tensor1d([2, 0, 2], 'int32'))))(zeros([3, 2])),
    );
    expect(slopes).toEqual([1, 1, 0, 0, 2, 2]);
  });

  test('ids may have any shape', () => {
    const output = tidy(() => embeddingLookup(zeros([3, 2]), tensor([0, 1, 2, 0], [2, 2, 1], 'int32')));
    expect(output.shape).toEqual([2, 2, 1, 2]);
    output.dispose();
  });
});

describe('dropout', () => {
  test('it zeroes the share that it is asked for, and keeps the mean', async () => {
    const values = await read(() => dropout(tensor1d(Array(20_000).fill(1)), 0.3, 17));
    const zeroed = values.filter((value) => value === 0).length / values.length;
    expect(Math.abs(zeroed - 0.3)).toBeLessThan(0.015); // five standard deviations are 0.016
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.025);
    expect(values.every((value) => value === 0 || Math.abs(value - 1 / 0.7) < 1e-6)).toBe(true);
  });

  test('neighbouring seeds share no more of a mask than chance', async () => {
    const [first, second] = [
      await read(() => dropoutMask([10_000], 0.5, 1)),
      await read(() => dropoutMask([10_000], 0.5, 2)),
    ];
    const agreeing = first.filter((value, index) => value === second[index]).length;
    expect(Math.abs(agreeing - 5000)).toBeLessThan(250);
  });

  test('its gradient goes through the entries that were kept', async () => {
    const mask = await read(() => dropoutMask([8], 0.5, 5));
    expect(await read(() => grad((x) => sum(dropout(x, 0.5, 5)))(tensor1d(Array(8).fill(2))))).toEqual(mask);
  });
});

test('hashes are pinned: a saved seed means the same in every version', () => {
  expect([0, 1, 2, -1, 2 ** 32 - 1].map(hash32)).toEqual([0, 1364076727, 821347078, 2180083513, 2180083513]);
  expect(hashSeed(0, 'a')).not.toBe(hashSeed(0, 'b'));
  expect(hashSeed(0, 'ab')).not.toBe(hashSeed(0, 'ba'));
  expect(hashSeed(7, 12)).toBe(hashSeed(7, '12'));
});

test.each<[message: string, call: () => unknown]>([
  [
    "linear: x is [2, 3], and its last axis must be 4, the weight's inputs.",
    () => linear(zeros([2, 3]), zeros([4, 5])),
  ],
  [
    'layerNorm: weight is [4], and x is [2, 3].\nIt must be [3], one number for each entry of the last axis of x.',
    () => layerNorm(zeros([2, 3]), zeros([4]), zeros([4])),
  ],
  [
    "embeddingLookup: ids must be int32, and is float32.\nMake it with tensor(values, shape, 'int32'), or cast it.",
    () => embeddingLookup(zeros([2, 3]), zeros([4])),
  ],
  [
    'crossEntropy: logits [2, 3] need labels [2], one a position, and these are [3].',
    () => crossEntropy(zeros([2, 3]), zeros([3], 'int32')),
  ],
  [
    'attention: query [1, 1, 2, 3], key [1, 1, 2, 4], value [1, 1, 2, 3]: query and key must have the same head size, the last axis.',
    () => attention(zeros([1, 1, 2, 3]), zeros([1, 1, 2, 4]), zeros([1, 1, 2, 3])),
  ],
  [
    'attention: query [2, 4, 2, 3], key [2, 1, 2, 3], value [2, 1, 2, 3]: query, key and value must have the same batch and heads, the first two axes.',
    () => attention(zeros([2, 4, 2, 3]), zeros([2, 1, 2, 3]), zeros([2, 1, 2, 3])),
  ],
  [
    "crossEntropy: reduction 'average' is none of 'mean', 'sum' and 'none'.",
    () => crossEntropy(zeros([2, 3]), zeros([2], 'int32'), { reduction: 'average' as 'mean' }),
  ],
  [
    'crossEntropy: there is no option labelSmooting.\nDid you mean labelSmoothing?',
    () => crossEntropy(zeros([2, 3]), zeros([2], 'int32'), { labelSmooting: 0.1 } as object),
  ],
  [
    'causalConvolution: x is [2, 4], and taps are [3, 4].\nThey must be [batch, time, channels] and [numTaps, channels].',
    () => causalConvolution(zeros([2, 4]), zeros([3, 4])),
  ],
  [
    'rotary: x is [1, 1, 2, 3].\nIt must be [batch, heads, time, size] with an even size: numbers are turned in pairs.',
    () => rotary(zeros([1, 1, 2, 3]), zeros([1, 1, 2, 3]), zeros([1, 1, 2, 3])),
  ],
  ['dropout: dropout 1 is not a probability in [0, 1).\nTry 0.1, or 0 for none.', () => dropout(zeros([2]), 1, 0)],
])('what is wrong is said: %s', (message, call) => {
  let error: unknown;
  tidy(() => {
    try {
      call();
    } catch (caught) {
      error = caught;
    }
  });
  expect((error as Error).message).toBe(message);
});
