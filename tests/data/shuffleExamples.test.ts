import fc from 'fast-check';
import { shuffleExamples } from 'sesame-nlp/data';
import { ConfigError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';
import { collect } from '../support/collect.js';
import { CountedPieces } from './pieces.js';

const upTo = (length: number) => Array.from({ length }, (_, index) => index);

test('every example comes exactly once, and none sooner than the buffer allows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(60), fc.integer({ min: 1, max: 20 }), fc.integer(), async (length, bufferSize, seed) => {
      const shuffled = await collect(shuffleExamples(upTo(length), { bufferSize, seed }));
      expect(shuffled.toSorted((a, b) => a - b)).toEqual(upTo(length));
      for (const [place, example] of shuffled.entries()) expect(example).toBeLessThanOrEqual(place + bufferSize);
    }),
  );
});

test('a seed gives the same orders on every machine, another in each epoch', async () => {
  const shuffled = shuffleExamples(upTo(12), { bufferSize: 6, seed: 3 });
  const epochs = [await collect(shuffled), await collect(shuffled)];
  const again = shuffleExamples(upTo(12), { bufferSize: 6, seed: 3 });
  expect([await collect(again), await collect(again)]).toEqual(epochs);
  expect(epochs).toEqual([
    [1, 6, 5, 3, 0, 2, 9, 4, 7, 10, 11, 8],
    [5, 3, 2, 6, 0, 7, 4, 1, 8, 9, 11, 10],
  ]);
  expect(await collect(shuffleExamples(upTo(12), { bufferSize: 6, seed: 4 }))).not.toEqual(epochs[0]);
});

test('without a seed the orders differ', async () => {
  const orders = new Set<string>();
  for (let i = 0; i < 5; i++) orders.add(String(await collect(shuffleExamples(upTo(50)))));
  expect(orders.size).toBe(5);
});

test('a buffer as large as the source gives every order the same chance', async () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 6000; seed++) {
    const order = String(await collect(shuffleExamples([1, 2, 3], { bufferSize: 3, seed })));
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  // Each is expected 1000 times, with a standard deviation of 29.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('a buffer smaller than the source still moves examples far from their place', async () => {
  const shuffled = await collect(shuffleExamples(upTo(1000), { bufferSize: 100, seed: 1 }));
  const moved = shuffled.reduce((sum, example, place) => sum + Math.abs(example - place), 0) / 1000;
  expect(moved).toBeGreaterThan(50);
});

test('memory holds the buffer and no more', async () => {
  const source = new CountedPieces(upTo(1000).map(String));
  let examples = 0;
  for await (const _ of shuffleExamples(source, { bufferSize: 50 })) {
    examples++;
    expect(source.taken).toBeLessThanOrEqual(examples + 50);
    if (examples === 500) break;
  }
  expect(source.open).toBe(0);
});

test('options that cannot work are refused', () => {
  expect(() => shuffleExamples([], { bufferSize: 0 })).toThrow(ConfigError);
  expect(() => shuffleExamples([], { seed: 0.5 })).toThrow(ConfigError);
  // @ts-expect-error a misspelt option
  expect(() => shuffleExamples([], { buffersize: 3 })).toThrow(/Did you mean bufferSize/);
});
