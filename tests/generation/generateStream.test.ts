import { memory } from '@tensorflow/tfjs-core';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import { generate, generateStream } from 'sesame-nlp/generation';
import { expect, test } from 'vitest';
import { collect } from '../support/collect.js';
import { cycle, MarkovChain, WeightedSum } from './tinyModels.js';

test('a stream gives the tokens that generate returns', async () => {
  const options = {
    maxNewTokens: 30,
    seed: 3,
    temperature: 5,
    stopSequences: [
      [1, 2],
      [4, 4, 4],
    ],
  };
  for (let seed = 0; seed < 20; seed++) {
    const model = new WeightedSum(5, 9);
    const [expected] = await generate(model, [1, 2], { ...options, seed });
    expect(await collect(generateStream(model, [1, 2], { ...options, seed }))).toEqual(expected);
  }
});

test('nothing is computed ahead of the token that is asked for', async () => {
  const model = cycle(4);
  const stream = generateStream(model, [0], { temperature: 0 });
  expect(model.calls).toHaveLength(0);
  expect(await stream.next()).toEqual({ done: false, value: 1 });
  expect(model.calls).toHaveLength(1);
  expect(await stream.next()).toEqual({ done: false, value: 2 });
  expect(model.calls).toHaveLength(2);
  await stream.return();
});

test('a token that may begin a stop sequence waits for the next ones', async () => {
  const model = cycle(6);
  const stream = generateStream(model, [0], { temperature: 0, stopSequences: [[2, 3, 5]], maxNewTokens: 5 });
  expect((await stream.next()).value).toBe(1);
  expect((await stream.next()).value).toBe(2);
  expect(model.calls).toHaveLength(4); // 4 showed that 2, 3 was no beginning
  expect((await stream.next()).value).toBe(3);
  expect(model.calls).toHaveLength(4);
  expect(await collect(stream)).toEqual([4, 5]);
});

test('leaving the loop frees what the model remembers, and an endless stream can be left', async () => {
  const count = memory().numTensors;
  const model = new WeightedSum(7, 10);
  let read = 0;
  for await (const _ of generateStream(model, [1, 2, 3], { maxNewTokens: Number.POSITIVE_INFINITY })) {
    if (++read === 25) break;
  }
  expect(memory().numTensors).toBe(count);
  await expect(async () => {
    for await (const _ of generateStream(model, [1, 2, 3])) throw new Error('the reader failed');
  }).rejects.toThrow('the reader failed');
  expect(memory().numTensors).toBe(count);
});

test('an abort ends the stream with the reason, and frees everything', async () => {
  const count = memory().numTensors;
  const controller = new AbortController();
  const seen: number[] = [];
  await expect(async () => {
    const stream = generateStream(new WeightedSum(7, 10), [1], { signal: controller.signal });
    for await (const id of stream) {
      seen.push(id);
      if (seen.length === 4) controller.abort(new Error('enough'));
    }
  }).rejects.toThrow('enough');
  expect(seen).toHaveLength(4);
  expect(memory().numTensors).toBe(count);
});

test('two streams of one model do not disturb each other', async () => {
  const model = new WeightedSum(11, 20);
  const [first, second] = [
    generateStream(model, [1], { temperature: 0 }),
    generateStream(model, [7], { temperature: 0 }),
  ];
  const read: [number[], number[]] = [[], []];
  for (let step = 0; step < 30; step++) {
    read[0].push((await first.next()).value as number);
    read[1].push((await second.next()).value as number);
  }
  await Promise.all([first.return(), second.return()]);
  expect(read).toEqual(await generate(model, [[1], [7]], { temperature: 0, maxNewTokens: 30 }));
});

test('bad input throws at the call, bad logits where the stream is read', async () => {
  const model = new MarkovChain([
    [0, 1],
    [Number.NaN, 0],
  ]);
  expect(() => generateStream(model, [])).toThrow(ShapeError);
  expect(() => generateStream(model, [2])).toThrow(ShapeError);
  expect(() => generateStream(model, [0], { topK: -1 })).toThrow(ConfigError);
  // @ts-expect-error several prompts
  expect(() => generateStream(model, [[0], [1]])).toThrow(/streams one text/);
  const stream = generateStream(model, [0]);
  expect((await stream.next()).value).toBe(1);
  await expect(stream.next()).rejects.toThrow(/step 2/);
});
