import { memory } from '@tensorflow/tfjs-core';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import { type GenerateOptions, generate, rowSeed } from 'sesame-nlp/generation';
import { Module } from 'sesame-nlp/nn';
import { describe, expect, test } from 'vitest';
import { cycle, MarkovChain, WeightedSum, weightedSumText } from './tinyModels.js';

const greedy = { temperature: 0 } as const;

describe('greedy', () => {
  test('continues a prompt without repeating it', async () => {
    expect(await generate(cycle(5), [3], { ...greedy, maxNewTokens: 7 })).toEqual([[4, 0, 1, 2, 3, 4, 0]]);
    expect(await generate(cycle(5), Int32Array.of(0, 1), { doSample: false, maxNewTokens: 2 })).toEqual([[2, 3]]);
  });

  test('the first of equally likely tokens is taken', async () => {
    const model = new MarkovChain([
      [0.2, 0.4, 0.4],
      [0.5, 0.5, 0],
      [1, 0, 0],
    ]);
    expect(await generate(model, [0], { ...greedy, maxNewTokens: 4 })).toEqual([[1, 0, 1, 0]]);
  });

  test('maxNewTokens 0 gives nothing and does not ask the model', async () => {
    const model = cycle(3);
    expect(await generate(model, [[0], [1, 2]], { maxNewTokens: 0 })).toEqual([[], []]);
    expect(model.calls).toEqual([]);
  });

  test('128 new tokens are the default', async () => {
    expect((await generate(cycle(3), [0]))[0]).toHaveLength(128);
  });
});

describe('with and without a cache, alone and in a batch', () => {
  const prompts = [[1, 2, 3], [4], [5, 6, 7, 8, 9, 10, 0], [2, 2]];
  const expected = (length: number, maxPositions: number) =>
    prompts.map((prompt) => weightedSumText(prompt, length, 11, maxPositions));

  test.each([true, false])(
    'every row of a batch of unequal prompts is its text alone (useCache %s)',
    async (useCache) => {
      const options = { ...greedy, maxNewTokens: 20, useCache };
      const model = new WeightedSum(11, 100);
      expect(await generate(model, prompts, options)).toEqual(expected(20, 100));
      for (const [row, prompt] of prompts.entries()) {
        expect(await generate(model, prompt, options)).toEqual([expected(20, 100)[row]]);
      }
    },
  );

  test.each([true, false])('texts longer than maxPositions slide as documented (useCache %s)', async (useCache) => {
    for (const maxPositions of [1, 2, 3, 7, 8, 12]) {
      const model = new WeightedSum(11, maxPositions);
      const texts = await generate(model, prompts, { ...greedy, maxNewTokens: 40, useCache });
      expect(texts, `maxPositions ${maxPositions}`).toEqual(expected(40, maxPositions));
    }
  });

  test('with a cache the model reads each prompt once and then one token a row', async () => {
    const model = new WeightedSum(11, 100);
    await generate(model, prompts, { ...greedy, maxNewTokens: 5 });
    expect(model.tokensRead).toEqual([4 * 7, 4, 4, 4, 4]);
  });

  test('sliding reads half a window once in half a window', async () => {
    const model = new WeightedSum(11, 16);
    await generate(model, [1], { ...greedy, maxNewTokens: 48 });
    expect(model.tokensRead.filter((tokens) => tokens > 1)).toEqual([8, 8, 8, 8]);
  });

  test('rows that have ended leave the batch, and the others go on as before', async () => {
    const model = new WeightedSum(11, 12); // padding left by the longest row would fill the cache
    const stopAfter = [2, 30, 1, 9];
    const stopWhen = (ids: readonly number[], row: number) => ids.length === stopAfter[row];
    const texts = await generate(model, prompts, { ...greedy, maxNewTokens: 30, stopWhen });
    expect(texts).toEqual(expected(30, 12).map((text, row) => text.slice(0, stopAfter[row])));
    expect(model.tokensRead.slice(0, 3)).toEqual([4 * 7, 3, 2]);
    expect(model.tokensRead.at(-1)).toBe(1);
  });
});

describe('sampling', () => {
  const coin = new MarkovChain(Array.from({ length: 4 }, () => [0.1, 0.2, 0.3, 0.4]));

  test('follows the probabilities', async () => {
    const size = 20_000;
    const [ids] = await generate(coin, [0], { maxNewTokens: size, seed: 11 });
    const counts = [0, 1, 2, 3].map((id) => ids!.filter((other) => other === id).length);
    const chiSquare = counts.reduce((sum, count, id) => {
      const expected = (size * (id + 1)) / 10;
      return sum + (count - expected) ** 2 / expected;
    }, 0);
    expect(chiSquare).toBeLessThan(16.27); // 0.1% of fair samples exceed this, with 3 degrees of freedom
  });

  test('temperature sharpens, top-k and top-p leave the unlikely out', async () => {
    const distinct = async (options: GenerateOptions) =>
      [...new Set((await generate(coin, [0], { maxNewTokens: 400, seed: 2, ...options }))[0])].sort();
    expect(await distinct({})).toEqual([0, 1, 2, 3]);
    expect(await distinct({ topK: 2 })).toEqual([2, 3]);
    expect(await distinct({ topP: 0.6 })).toEqual([2, 3]);
    expect(await distinct({ topP: 0.75 })).toEqual([1, 2, 3]);
    expect(await distinct({ temperature: 0.01 })).toEqual([3]);
    // Temperature comes first: it makes the nucleus smaller.
    expect(await distinct({ topP: 0.75, temperature: 0.5 })).toEqual([2, 3]);
    expect(await distinct({ topP: 0.75, temperature: 0.1 })).toEqual([3]);
  });

  test('one seed gives one text, another seed another', async () => {
    const write = (seed?: number) => generate(coin, [0], { maxNewTokens: 50, seed });
    expect(await write(4)).toEqual(await write(4));
    expect(await write(4)).not.toEqual(await write(5));
    expect(await write()).not.toEqual(await write());
  });

  test('a row of a batch is the same prompt alone with the seed of its row', async () => {
    const prompts = [[0], [1, 2], [0]];
    const options = { maxNewTokens: 40 };
    const batch = await generate(coin, prompts, { ...options, seed: 9 });
    expect(batch[0]).not.toEqual(batch[2]);
    for (const [row, prompt] of prompts.entries()) {
      expect(await generate(coin, prompt, { ...options, seed: rowSeed(9, row) })).toEqual([batch[row]]);
    }
    expect(rowSeed(9, 0)).toBe(9);
  });

  test('a token of probability 0 is never drawn', async () => {
    const model = new MarkovChain([
      [0, 1e-38, 0, 1 - 1e-38],
      [1, 0, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 0],
    ]);
    const [ids] = await generate(model, [0], { maxNewTokens: 1000, seed: 1 });
    expect(ids).toEqual(Array.from({ length: 1000 }, (_, place) => (place % 2 === 0 ? 3 : 0)));
  });
});

describe('the end', () => {
  const write = async (options: GenerateOptions) =>
    (await generate(cycle(6), [0], { ...greedy, maxNewTokens: 9, ...options }))[0];

  test('an end-of-text token ends a text and is not part of it', async () => {
    expect(await write({ eosTokenId: 4 })).toEqual([1, 2, 3]);
    expect(await write({ eosTokenId: [5, 3] })).toEqual([1, 2]);
    expect(await write({ eosTokenId: 1 })).toEqual([]);
    expect(await write({ eosTokenId: [] })).toHaveLength(9);
  });

  test('a stop sequence ends a text where it begins', async () => {
    expect(await write({ stopSequences: [[3, 4, 5]] })).toEqual([1, 2]);
    expect(await write({ stopSequences: [[3, 5], [4, 5], [5]] })).toEqual([1, 2, 3]);
    expect(
      await write({
        stopSequences: [
          [2, 3, 5],
          [0, 1],
        ],
        eosTokenId: 3,
      }),
    ).toEqual([1, 2]);
  });

  test('the beginning of a stop sequence that comes to nothing is kept', async () => {
    expect(await write({ stopSequences: [[2, 3, 5]] })).toEqual([1, 2, 3, 4, 5, 0, 1, 2, 3]);
    expect(await write({ stopSequences: [[2, 3, 4]], maxNewTokens: 3 })).toEqual([1, 2, 3]);
  });

  test('a stop sequence is found where its beginning repeats', async () => {
    const model = new MarkovChain([
      [0, 1],
      [1, 0],
    ]); // 0 1 0 1 ...
    const [ids] = await generate(model, [1], { ...greedy, maxNewTokens: 9, stopSequences: [[1, 0, 1, 0]] });
    expect(ids).toEqual([0]);
  });

  test('a stop sequence is not looked for in the prompt', async () => {
    expect(await generate(cycle(6), [2, 3], { ...greedy, maxNewTokens: 3, stopSequences: [[3, 4]] })).toEqual([
      [4, 5, 0],
    ]);
  });

  test('stopWhen ends a text after the token that it was asked about', async () => {
    expect(await write({ stopWhen: (ids) => ids.at(-1) === 4 })).toEqual([1, 2, 3, 4]);
    expect(await write({ stopWhen: (ids) => ids.length === 2, stopSequences: [[2, 3]] })).toEqual([1, 2]);
  });

  test("'stop' ends a text when the window is full", async () => {
    const options = { ...greedy, maxNewTokens: 50, onOverflow: 'stop' } as const;
    // 8 tokens are read, and the ninth is what follows them.
    expect(await generate(new WeightedSum(11, 8), [[1, 2, 3], [4]], options)).toEqual([
      weightedSumText([1, 2, 3], 6, 11, 8),
      weightedSumText([4], 8, 11, 8),
    ]);
    await expect(generate(cycle(3, 8), Array(9).fill(0), options)).rejects.toThrow(/has 9 tokens.*looks at 8/);
  });

  test("'error' refuses what does not fit before anything is computed", async () => {
    const model = cycle(3, 8);
    const write = (maxNewTokens: number) => generate(model, [0, 1, 2], { maxNewTokens, onOverflow: 'error' });
    await expect(write(7)).rejects.toThrow(ShapeError);
    await expect(write(7)).rejects.toThrow(/lower maxNewTokens to 6/);
    expect(model.calls).toEqual([]);
    expect((await write(6))[0]).toHaveLength(6);
  });
});

describe('logits processors', () => {
  test('run after the repetition penalty and before temperature, in place or by returning others', async () => {
    const seen: unknown[] = [];
    const model = new MarkovChain([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    const [ids] = await generate(model, [1, 0], {
      maxNewTokens: 2,
      repetitionPenalty: 2,
      temperature: 0.5,
      seed: 1,
      logitsProcessors: [
        (logits, { tokenIds, promptLength, row }) => {
          seen.push([...tokenIds], promptLength, row, logits[0]! / Math.log(0.5));
          logits[0] = Number.NEGATIVE_INFINITY;
        },
        (logits) => logits.map((logit) => logit),
      ],
    });
    expect(ids).toEqual([1, 1]);
    expect(seen).toEqual([[1, 0], 2, 0, expect.closeTo(2, 5), [1, 0, 1], 2, 0, expect.closeTo(2, 5)]);
  });

  test('one that forbids everything, or leaves nonsense, is told from a broken model', async () => {
    const write = (change: (logits: Float32Array) => Float32Array) =>
      generate(cycle(3), [0], { maxNewTokens: 3, logitsProcessors: [change] });
    await expect(write((logits) => logits.fill(Number.NEGATIVE_INFINITY))).rejects.toThrow(/forbid every token/);
    await expect(write((logits) => logits.fill(Number.NaN))).rejects.toThrow(/logits processors left.*NaN/);
    await expect(write((logits) => logits.fill(Number.POSITIVE_INFINITY))).rejects.toThrow(/infinite/);
    await expect(write((logits) => logits.slice(1))).rejects.toThrow(/2 logits instead of 3/);
  });
});

describe('bad input', () => {
  const model = cycle(5);
  const fails = async (promise: Promise<unknown>, type: typeof ConfigError | typeof ShapeError, why: RegExp) => {
    await expect(promise).rejects.toThrow(type);
    await expect(promise).rejects.toThrow(why);
  };

  test('an empty prompt says what to give', async () => {
    await fails(generate(model, []), ShapeError, /the prompt is empty.*\n.*end-of-text/);
    await fails(generate(model, new Int32Array()), ShapeError, /empty/);
    await fails(generate(model, [[1], []]), ShapeError, /prompt 1 is empty/);
  });

  test('a text or an encoding in the place of token ids says what to give', async () => {
    for (const prompt of ['ab', { ids: [1] }, [[1], 'b'], null]) {
      await fails(generate(model, prompt as never), ShapeError, /no array of token ids\.\n.*encode\(text\)\.ids/);
    }
  });

  test('ids outside the vocabulary are refused before anything is computed', async () => {
    for (const bad of [5, -1, 0.5, Number.NaN]) await fails(generate(model, [0, bad]), ShapeError, /ids 0\.\.4/);
    await fails(generate(model, [[0], [7]]), ShapeError, /prompt 1 holds 7/);
    expect(model.calls).toEqual([]);
  });

  test('options that are misspelt or cannot work are refused', async () => {
    // @ts-expect-error a misspelt option
    await fails(generate(model, [0], { temprature: 1 }), ConfigError, /Did you mean temperature/);
    await fails(generate(model, [0], { maxNewTokens: -1 }), ConfigError, /maxNewTokens is -1/);
    await fails(generate(model, [0], { maxNewTokens: 1.5 }), ConfigError, /maxNewTokens is 1.5/);
    await fails(generate(model, [0], { temperature: -0.5 }), ConfigError, /temperature -0.5/);
    await fails(generate(model, [0], { topK: 0 }), ConfigError, /topK 0/);
    await fails(generate(model, [0], { topP: 2 }), ConfigError, /topP 2/);
    await fails(generate(model, [0], { repetitionPenalty: 0 }), ConfigError, /repetitionPenalty 0/);
    await fails(generate(model, [0], { seed: 0.5 }), ConfigError, /seed 0.5/);
    await fails(generate(model, [0], { eosTokenId: 5 }), ConfigError, /cannot stop at token 5/);
    await fails(generate(model, [0], { stopSequences: [1] as never }), ConfigError, /stopSequences: \[\[1\]\]/);
    await fails(generate(model, [0], { stopSequences: [[1], []] }), ConfigError, /stop sequence is empty/);
    // @ts-expect-error no such policy
    await fails(generate(model, [0], { onOverflow: 'wrap' }), ConfigError, /'wrap'/);
  });

  test('logits that are not numbers name the step', async () => {
    const broken = new MarkovChain([
      [0, 1, 0],
      [0, 0, 1],
      [Number.NaN, 1, 1],
    ]);
    await fails(generate(broken, [0], greedy), ShapeError, /at step 3 \(row 0\) the model made logits.*NaN/);
    const infinite = new MarkovChain([
      [0, 0],
      [0, 0],
    ]);
    await fails(generate(infinite, [0], greedy), ShapeError, /at step 1.*forbid every token/);
  });

  test('a model whose logits have the wrong shape is told so', async () => {
    const model = cycle(3);
    const all = {
      config: model.config,
      call: (batch: Parameters<typeof model.call>[0]) => model.call(batch, { outputLogits: 'all' }),
    };
    await fails(generate(all, [0, 1]), ShapeError, /\[1, 2, 3\], and must be \[1, 1, 3\]/);
  });
});

describe('abort', () => {
  test('a signal that is aborted already computes nothing', async () => {
    const model = cycle(3);
    const signal = AbortSignal.abort(new Error('never mind'));
    await expect(generate(model, [0], { signal })).rejects.toThrow('never mind');
    expect(model.calls).toEqual([]);
  });

  test('a timer can end an endless generation, because the event loop turns', async () => {
    const signal = AbortSignal.timeout(50);
    const endless = generate(cycle(3), [0], { maxNewTokens: Number.POSITIVE_INFINITY, signal });
    await expect(endless).rejects.toThrow(/abort|time/i);
  });

  test('an abort during a step ends the generation with that step', async () => {
    const model = new WeightedSum(11, 100);
    const controller = new AbortController();
    const stopWhen = (ids: readonly number[]) => {
      if (ids.length === 3) controller.abort(new Error('enough'));
      return false;
    };
    await expect(generate(model, [0], { signal: controller.signal, stopWhen })).rejects.toThrow('enough');
    expect(model.tokensRead).toHaveLength(3);
  });
});

describe('tensors', () => {
  /** Fails on its third call, with its cache half updated. */
  class Fails extends Module<Parameters<WeightedSum['call']>[0], { logits: never }, object> {
    readonly config = { vocabSize: 11, maxPositions: 100 };
    readonly inner = new WeightedSum(11, 100);

    protected override forward(batch: Parameters<WeightedSum['call']>[0], options: object): { logits: never } {
      const output = this.inner.call(batch, options);
      if (this.inner.tokensRead.length === 3) throw new Error('out of memory');
      return output as { logits: never };
    }
  }

  test('none leaks on success, on a throw and on an abort', async () => {
    const count = memory().numTensors;
    const prompts = [[1, 2, 3], [4]];
    const stopWhen = (ids: readonly number[], row: number) => ids.length === 3 + row;
    await generate(new WeightedSum(11, 8), prompts, { maxNewTokens: 20, stopWhen });
    expect(memory().numTensors).toBe(count);
    await generate(new WeightedSum(11, 8), prompts, { maxNewTokens: 20, useCache: false });
    expect(memory().numTensors).toBe(count);
    await expect(generate(new Fails(), prompts)).rejects.toThrow('out of memory');
    expect(memory().numTensors).toBe(count);
    const broken = () => {
      throw new Error('broken');
    };
    await expect(generate(new WeightedSum(11, 8), prompts, { stopWhen: broken })).rejects.toThrow('broken');
    await expect(generate(new WeightedSum(11, 8), prompts, { logitsProcessors: [broken] })).rejects.toThrow('broken');
    expect(memory().numTensors).toBe(count);
    const signal = AbortSignal.timeout(30);
    await expect(
      generate(new WeightedSum(11, 8), prompts, { maxNewTokens: Number.POSITIVE_INFINITY, signal }),
    ).rejects.toThrow();
    expect(memory().numTensors).toBe(count);
  });
});
