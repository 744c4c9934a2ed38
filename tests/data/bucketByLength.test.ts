import fc from 'fast-check';
import { bucketByLength } from 'sesame-nlp/data';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';
import { collect } from '../support/collect.js';
import { CountedPieces } from './pieces.js';

const length = (text: string) => text.length;
const texts = (lengths: readonly number[]) => lengths.map((count) => 'x'.repeat(count));

test('examples of similar length share a batch, the shortest first', async () => {
  const batches = await collect(bucketByLength(['aaaa', 'b', 'ccc', 'dd', 'e'], { length, batchSize: 2 }));
  expect(batches).toEqual([['b', 'e'], ['dd', 'ccc'], ['aaaa']]);
});

test('a batch holds no more tokens than it may once it is padded', async () => {
  const batches = await collect(bucketByLength(texts([1, 1, 1, 2, 3, 6]), { length, maxTokens: 6 }));
  expect(batches.map((batch) => batch.map(length))).toEqual([[1, 1, 1], [2, 3], [6]]);
  const both = await collect(bucketByLength(texts([1, 1, 1, 2, 3, 6]), { length, maxTokens: 6, batchSize: 2 }));
  expect(both.map((batch) => batch.map(length))).toEqual([[1, 1], [1, 2], [3], [6]]);
});

test('nothing is lost or doubled, and no limit is passed, in any pool and order', async () => {
  const options = fc.record(
    {
      batchSize: fc.integer({ min: 1, max: 6 }),
      maxTokens: fc.integer({ min: 8, max: 30 }),
      poolSize: fc.integer({ min: 1, max: 12 }),
      shuffle: fc.boolean(),
      seed: fc.integer(),
    },
    { requiredKeys: ['maxTokens'] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(8), { maxLength: 40 }), options, async (lengths, limits) => {
      const examples = lengths.map((count, index) => ({ index, count }));
      const batches = await collect(bucketByLength(examples, { length: ({ count }) => count, ...limits }));
      const indices = batches.flat().map(({ index }) => index);
      expect(indices.toSorted((a, b) => a - b)).toEqual(lengths.map((_, index) => index));
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(limits.batchSize ?? Infinity);
        expect(batch.length * Math.max(...batch.map(({ count }) => count))).toBeLessThanOrEqual(limits.maxTokens);
      }
    }),
    { numRuns: 500 },
  );
});

test('far less is padded than in batches of the given order', async () => {
  const lengths = Array.from({ length: 1000 }, (_, index) => 1 + ((index * 7919) % 50));
  const padding = (batches: string[][]) =>
    batches.reduce((sum, batch) => {
      const longest = Math.max(...batch.map(length));
      return sum + batch.reduce((missing, text) => missing + longest - text.length, 0);
    }, 0);
  const bucketed = await collect(
    bucketByLength(texts(lengths), { length, batchSize: 20, poolSize: 500, shuffle: true }),
  );
  const inOrder = Array.from({ length: 50 }, (_, batch) => texts(lengths.slice(batch * 20, batch * 20 + 20)));
  expect(padding(bucketed)).toBeLessThan(padding(inOrder) / 10);
});

test('a seed gives the same batches on every machine, others in each epoch', async () => {
  const options = { length, batchSize: 2, poolSize: 8, shuffle: true };
  const source = [...'abcdefgh'].flatMap((letter) => [letter, letter + letter]);
  const bucketed = bucketByLength(source, { ...options, seed: 3 });
  const epochs = [await collect(bucketed), await collect(bucketed)];
  const again = bucketByLength(source, { ...options, seed: 3 });
  expect([await collect(again), await collect(again)]).toEqual(epochs);
  const sorted = epochs.map((epoch) => epoch.map(String).sort());
  expect(sorted[0]).not.toEqual(sorted[1]); // other examples share batches
  expect(epochs[0]!.map((batch) => batch[0]!.length)).not.toEqual([1, 1, 2, 2, 1, 1, 2, 2]); // and batches are mixed
  expect(await collect(bucketByLength(source, { ...options, seed: 4 }))).not.toEqual(epochs[0]);
});

test('memory holds one pool and no more', async () => {
  const source = new CountedPieces(texts(Array.from({ length: 1000 }, (_, index) => 1 + (index % 9))));
  let examples = 0;
  for await (const batch of bucketByLength(source, { length, batchSize: 4, poolSize: 50 })) {
    expect(source.taken).toBeLessThanOrEqual(examples + 50);
    examples += batch.length;
    if (examples > 500) break;
  }
  expect(source.open).toBe(0);
});

test('an example that no batch can hold is refused, and so is a length that is none', async () => {
  const failing = collect(bucketByLength(texts([2, 9]), { length, maxTokens: 8 }));
  await expect(failing).rejects.toThrow(ShapeError);
  await expect(failing).rejects.toThrow(/has 9 tokens, and a batch may have 8/);
  for (const wrong of [-1, 0.5, Number.NaN]) {
    await expect(collect(bucketByLength(['a'], { length: () => wrong, batchSize: 1 }))).rejects.toThrow(ShapeError);
  }
});

test('options that cannot work are refused', () => {
  const refused = (options: object) => {
    expect(() => bucketByLength(['a'], options as { length: typeof length })).toThrow(ConfigError);
  };
  refused({ length });
  refused({ batchSize: 2 });
  refused({ length, batchSize: 0 });
  refused({ length, maxTokens: 1.5 });
  refused({ length, batchSize: 2, poolSize: 0 });
  refused({ length, batchSize: 2, seed: 'x' });
  refused({ length, batchsize: 2 });
});
