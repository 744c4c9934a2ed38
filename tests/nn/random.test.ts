import { createGpt } from 'sesame-nlp/models';
import { initialize, initializers, namedParameters, RandomStream } from 'sesame-nlp/nn';
import { describe, expect, test } from 'vitest';

const moments = (values: ArrayLike<number>) => {
  const numbers = Array.from(values);
  const mean = numbers.reduce((total, value) => total + value, 0) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((total, value) => total + (value - mean) ** 2, 0) / numbers.length);
  return { mean, deviation };
};
const draw = (count: number, next: () => number) => Array.from({ length: count }, next);

describe('RandomStream', () => {
  test('its first numbers are pinned: a seed means the same in every version', () => {
    const stream = new RandomStream(1);
    expect(draw(4, () => stream.nextSeed())).toMatchInlineSnapshot(`
      [
        2930890568,
        121704908,
        2663169510,
        1744069513,
      ]
    `);
    expect(stream.nextUniform()).toMatchInlineSnapshot(`0.40514589349990626`);
    expect(stream.nextNormal()).toMatchInlineSnapshot(`-2.0344516767054706`);
  });

  test('it goes on from its state, which survives JSON', () => {
    const stream = new RandomStream(42);
    draw(17, () => stream.nextNormal());
    const continued = new RandomStream(JSON.parse(JSON.stringify(stream.state())));
    expect(draw(100, () => continued.nextSeed())).toEqual(draw(100, () => stream.nextSeed()));
  });

  test('seeds that differ, even by one or by sign, give streams that differ', () => {
    const firsts = [-1, 0, 1, 2, 3, 2 ** 31, 2 ** 32 - 2].map((seed) => new RandomStream(seed).nextSeed());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test('uniform numbers lie in [0, 1) with their mean and deviation', () => {
    const stream = new RandomStream(3);
    const values = draw(50_000, () => stream.nextUniform());
    expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThanOrEqual(0);
    expect(values.every((value) => value < 1)).toBe(true);
    const { mean, deviation } = moments(values);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.007);
    expect(Math.abs(deviation - Math.sqrt(1 / 12))).toBeLessThan(0.005);
  });

  test('normal numbers have mean 0, deviation 1 and the tails of the normal distribution', () => {
    const stream = new RandomStream(4);
    const values = draw(50_000, () => stream.nextNormal());
    const { mean, deviation } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(0.025);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.02);
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / values.length;
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.006);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  test('a stream without a seed differs from run to run', () => {
    expect(RandomStream.unseeded().nextSeed()).not.toBe(RandomStream.unseeded().nextSeed());
  });
});

describe('initializers', () => {
  const values = (make: (shape: readonly number[], random: RandomStream) => Float32Array, shape: readonly number[]) =>
    make(shape, new RandomStream(5));

  test('zeros and ones are that', () => {
    expect([...values(initializers.zeros, [2, 2])]).toEqual([0, 0, 0, 0]);
    expect([...values(initializers.ones, [3])]).toEqual([1, 1, 1]);
  });

  test('a normal has the bell in its middle, its shoulders and its tails, and no memory', () => {
    const numbers = values(initializers.normal(2), [1000, 1000]);
    // Shares of a standard normal within 0.1, within 1, beyond 2 and beyond 3.4426, where the last layer ends.
    const share = (test: (z: number) => boolean) =>
      numbers.filter((x) => test(Math.abs(x / 2))).length / numbers.length;
    const expected: [(z: number) => boolean, number][] = [
      [(z) => z < 0.1, 0.0796557],
      [(z) => z < 1, 0.6826895],
      [(z) => z > 2, 0.0455003],
      [(z) => z > 3.442619855899, 0.0005761],
      [(z) => z > 4, 0.0000633],
    ];
    for (const [test, probability] of expected) {
      const deviation = Math.sqrt((probability * (1 - probability)) / numbers.length);
      expect(Math.abs(share(test) - probability)).toBeLessThan(5 * deviation);
    }
    const positive = numbers.filter((x) => x > 0).length / numbers.length;
    expect(Math.abs(positive - 0.5)).toBeLessThan(0.0025);
    for (const lag of [1, 2, 128, 1000]) {
      let sum = 0;
      for (let i = lag; i < numbers.length; i++) sum += numbers[i]! * numbers[i - lag]!;
      expect(Math.abs(sum / numbers.length / 4)).toBeLessThan(0.005);
    }
  });

  test('numbers of one seed are not those of another one further on', () => {
    const rows = Array.from({ length: 40 }, (_, seed) => initializers.normal(1)([1000, 100], new RandomStream(seed)));
    const all = new Set(rows.flatMap((row) => [...row]));
    expect(all.size).toBeGreaterThan(0.85 * 40 * 100_000); // 32 bits make some alike
    for (const row of rows.slice(1)) expect(row.indexOf(rows[0]![0]!)).toBe(-1);
  });

  test('a truncated normal stays within two deviations', () => {
    const numbers = values(initializers.truncatedNormal(0.5), [100, 100]);
    expect(Math.max(...numbers.map(Math.abs))).toBeLessThanOrEqual(1);
    expect(Math.max(...numbers.map(Math.abs))).toBeGreaterThan(0.95);
  });

  test('uniform and Glorot numbers stay within their limits and reach them', () => {
    const glorot = values(initializers.glorotUniform, [100, 50]);
    const limit = Math.sqrt(6 / 150);
    expect(Math.max(...glorot.map(Math.abs))).toBeLessThanOrEqual(limit);
    expect(Math.max(...glorot.map(Math.abs))).toBeGreaterThan(0.99 * limit);
    expect(Math.abs(moments(values(initializers.uniform(3), [200, 50])).deviation - Math.sqrt(3))).toBeLessThan(0.05);
  });

  test('fanInNormal divides by the square root of the inputs', () => {
    expect(moments(values(initializers.fanInNormal(0.6), [100, 100])).deviation).toBeCloseTo(0.06, 2);
  });
});

describe('createGpt', () => {
  const numLayers = 3;
  const start = async (options = {}) => {
    const model = createGpt({ vocabSize: 200, maxPositions: 100, dModel: 64, numLayers, numHeads: 4, ...options });
    const read = [...namedParameters(model)].map(async ([path, parameter]) => [path, await parameter.read()] as const);
    const weights = new Map(await Promise.all(read));
    model.dispose();
    return weights;
  };

  test('GPT-2 starts as GPT-2 does: 0.02, positions 0.01, what meets a residual smaller by depth', async () => {
    const residual = 0.02 / Math.sqrt(2 * numLayers);
    for (const [path, numbers] of await start()) {
      const expected = /positionEmbedding/.test(path)
        ? 0.01
        : /(output|contract)\.weight$/.test(path)
          ? residual
          : 0.02;
      if (path.endsWith('bias')) expect(new Set(numbers), path).toEqual(new Set([0]));
      else if (/[nN]orm\.weight$/.test(path)) expect(new Set(numbers), path).toEqual(new Set([1]));
      else {
        const { mean, deviation } = moments(numbers);
        expect(Math.abs(deviation / expected - 1), path).toBeLessThan(0.06);
        expect(Math.abs(mean), path).toBeLessThan(0.1 * expected);
      }
    }
  });

  test('with zeroOutput each block starts as the identity and the output layer at 0', async () => {
    const weights = await start({ initialization: 'zeroOutput', tieEmbeddings: false });
    for (const [path, numbers] of weights) {
      if (/(output|contract)\.weight$|^head\.weight$/.test(path)) expect(new Set(numbers), path).toEqual(new Set([0]));
      if (/(query|expand)\.weight$/.test(path)) expect(moments(numbers).deviation, path).toBeCloseTo(0.6 / 8, 2);
    }
  });

  test('no two parameters start alike, and a part that is added changes no other', async () => {
    const [plain, more] = [await start(), await start({ bigramEmbedding: true })];
    const drawn = [...plain].filter(([, numbers]) => new Set(numbers).size > 1);
    expect(new Set(drawn.map(([, numbers]) => numbers[0])).size).toBe(drawn.length);
    for (const [path, numbers] of plain) expect(more.get(path), path).toEqual(numbers);
  });

  test('initialize again gives the first numbers back', async () => {
    const model = createGpt({ vocabSize: 9, maxPositions: 4, dModel: 4, numLayers: 1, numHeads: 1, seed: 3 });
    const first = await model.head.weight.read();
    initialize(model, { seed: 4 });
    expect(await model.head.weight.read()).not.toEqual(first);
    initialize(model, { seed: 3 });
    expect(await model.head.weight.read()).toEqual(first);
    model.dispose();
  });
});
