import { dispose, memory, type Tensor, tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { ConfigError } from 'sesame-nlp/errors';
import { type CacheState, KeyValueCache, KeyValueChunks, RecentSteps } from 'sesame-nlp/nn';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let tensorsBefore: number;
beforeEach(() => {
  tensorsBefore = memory().numTensors;
});
afterEach(() => {
  expect(memory().numTensors).toBe(tensorsBefore);
});

/** Keys of two rows whose numbers tell the row and the token: 1000 * row + place. */
function tokens(start: number, count: number): Tensor {
  const values = [0, 1].flatMap((row) => Array.from({ length: count }, (_, i) => 1000 * row + start + i));
  return tensor(values, [2, 1, count, 1]);
}

function append(chunks: KeyValueChunks, count: number): void {
  const [key, value] = [tokens(chunks.length, count), tokens(chunks.length + 500_000, count)];
  chunks.append(key, value);
  dispose([key, value]);
}

async function held(chunks: KeyValueChunks, part: 'key' | 'value', row: number): Promise<number[]> {
  const parts = chunks.chunks.map(async (chunk) => {
    const values = [...(await chunk[part].data())];
    return values.slice((row * values.length) / 2, ((row + 1) * values.length) / 2);
  });
  return (await Promise.all(parts)).flat();
}

describe('KeyValueChunks', () => {
  test('tokens stay in order however they come, over every joining of chunks', async () => {
    const chunks = new KeyValueChunks();
    for (const count of [1, 1, 61, 1, 1, 100, 3, 64, 64, 64, 64, 64, 64, 1, 500, 1, 1]) append(chunks, count);
    const length = 1055;
    expect(chunks.length).toBe(length);
    for (const row of [0, 1]) {
      const places = Array.from({ length }, (_, place) => 1000 * row + place);
      expect(await held(chunks, 'key', row)).toEqual(places);
      expect(await held(chunks, 'value', row)).toEqual(places.map((place) => place + 500_000));
    }
    chunks.dispose();
  });

  test('chunks stay few, and a token copies no more than a level at a time', () => {
    const chunks = new KeyValueChunks();
    let copied = 0;
    for (let time = 0; time < 1100; time++) {
      const before = new Set(chunks.chunks.map(({ key }) => key.id));
      append(chunks, 1);
      for (const { key } of chunks.chunks) if (!before.has(key.id)) copied += key.shape[2]!;
      expect(chunks.chunks.length).toBeLessThanOrEqual(9 + Math.floor(time / 512));
    }
    // 32 tokens on average in the growing chunk, and one copy more a level: far from 1100 / 2.
    expect(copied / 1100).toBeLessThan(36);
    chunks.dispose();
  });

  test('reorder takes rows in another order, and may take one twice', async () => {
    const chunks = new KeyValueChunks();
    append(chunks, 70);
    append(chunks, 2);
    const order = tensor1d([1, 1, 0], 'int32');
    chunks.reorder(order);
    order.dispose();
    expect(chunks.chunks.map(({ key }) => key.shape)).toEqual([
      [3, 1, 70, 1],
      [3, 1, 2, 1],
    ]);
    expect([...(await chunks.chunks[1]!.key.data())]).toEqual([1070, 1071, 1070, 1071, 70, 71]);
    chunks.dispose();
  });
});

test('RecentSteps owns what it remembers', async () => {
  const recent = new RecentSteps();
  expect(recent.steps).toBeUndefined();
  const steps = tensor2d([[1], [2]]);
  recent.remember(steps);
  steps.dispose();
  const order = tensor1d([1, 0, 1], 'int32');
  recent.reorder(order);
  order.dispose();
  expect([...(await recent.steps!.data())]).toEqual([2, 1, 2]);
  recent.dispose();
  expect(recent.steps).toBeUndefined();
});

describe('KeyValueCache', () => {
  test('each owner has a state of its own, which lives as long as the cache', () => {
    const cache = new KeyValueCache();
    const log: string[] = [];
    const state = (name: string): CacheState => ({
      reorder: () => log.push(`reorder ${name}`),
      dispose: () => log.push(`dispose ${name}`),
    });
    const [first, second] = [{}, {}];
    const made = cache.stateOf(first, () => state('first'));
    expect(cache.stateOf(first, () => state('never'))).toBe(made);
    cache.stateOf(second, () => state('second'));
    const rows = tensor1d([0], 'int32');
    cache.reorder(rows);
    rows.dispose();
    cache[Symbol.dispose]();
    expect(log).toEqual(['reorder first', 'reorder second', 'dispose first', 'dispose second']);
    expect(cache.stateOf(first, () => state('new'))).not.toBe(made);
  });

  test('its mask reaches back over all tokens, once one was padded', async () => {
    const cache = new KeyValueCache();
    expect(cache.fullMask(undefined, 2, 3)).toBeUndefined();
    cache.advance(3, undefined);
    const present = tensor2d([[1], [0]], [2, 1], 'int32');
    const mask = cache.fullMask(present, 2, 1)!;
    expect(await mask.array()).toEqual([
      [1, 1, 1, 1],
      [1, 1, 1, 0],
    ]);
    cache.advance(1, mask);
    const next = cache.fullMask(undefined, 2, 1)!;
    expect(await next.array()).toEqual([
      [1, 1, 1, 1, 1],
      [1, 1, 1, 0, 1],
    ]);
    expect(cache.length).toBe(4);
    dispose([present, mask, next]);
    cache.dispose();
  });

  test('it refuses another number of rows, with padding and without, until it is reset or reordered', () => {
    const cache = new KeyValueCache();
    cache.fullMask(undefined, 2, 3);
    cache.advance(3, undefined);
    expect(() => cache.fullMask(undefined, 1, 1)).toThrow(ConfigError);
    expect(() => cache.fullMask(undefined, 1, 1)).toThrow('it holds 2 rows, and this call has 1.');
    const rows = tensor1d([0, 1, 1], 'int32');
    cache.reorder(rows);
    rows.dispose();
    expect(() => cache.fullMask(undefined, 3, 1)).not.toThrow();
    cache.reset();
    expect(cache.length).toBe(0);
    expect(() => cache.fullMask(undefined, 1, 1)).not.toThrow();
  });
});
