import { dispose, memory, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { ConfigError, SesameError, ShapeError } from 'sesame-nlp/errors';
import { createGpt, type GptOptions, gptConfig } from 'sesame-nlp/models';
import { KeyValueCache, RandomStream, type TokenBatch } from 'sesame-nlp/nn';
import { afterAll, describe, expect, test } from 'vitest';

const tiny = { vocabSize: 11, maxPositions: 6, dModel: 8, numLayers: 2, numHeads: 2, dropout: 0 } as const;

/** As a caller without types, or a file, would pass it. */
const loosely = (options: Record<string, unknown>) => createGpt({ ...tiny, ...options } as unknown as GptOptions);

describe('createGpt refuses', () => {
  test.each<[options: Record<string, unknown>, message: string]>([
    [{ nLayers: 3 }, 'createGpt: there is no option nLayers.\nDid you mean numLayers?'],
    [{ dropOut: 0.1 }, 'createGpt: there is no option dropOut.\nDid you mean dropout?'],
    [{ constructor: 1 }, 'createGpt: there is no option constructor.\n'],
    [
      { dModel: 10, numHeads: 4 },
      'createGpt: dModel 10 is not divisible by numHeads 4.\nEach head needs an equal share. Try dModel 12 or numHeads 5.',
    ],
    [
      { vocabSize: undefined },
      'createGpt: vocabSize is undefined, and must be a whole number >= 1: the size of the tokenizer.',
    ],
    [{ numLayers: -1 }, 'createGpt: numLayers is -1, and must be a whole number >= 1.'],
    [{ dropout: 1 }, 'createGpt: dropout is 1, and must be a probability in [0, 1).'],
    [{ activation: 'tanh' }, 'createGpt: activation is tanh, and must be one of gelu_new, gelu, relu, silu.'],
    [{ shiftTaps: 1 }, 'createGpt: shiftTaps is 1, and must be 0 for none, or a whole number >= 2 such as 3.'],
    [{ tieEmbeddings: 'false' }, 'createGpt: tieEmbeddings is false, and must be true or false.'],
  ])('%j', (options, message) => {
    const before = memory().numTensors;
    let error: unknown;
    try {
      loosely(options);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message.startsWith(message) && error instanceof Error, (error as Error).message).toBe(true);
    expect(memory().numTensors).toBe(before);
  });

  test.each<Record<string, unknown>>([
    { vocabSize: 0 },
    { vocabSize: 1.5 },
    { vocabSize: '11' },
    { vocabSize: Number.NaN },
    { maxPositions: -6 },
    { dModel: Number.POSITIVE_INFINITY },
    { dFeedForward: 0 },
    { numHeads: 0 },
    { dropout: -0.1 },
    { dropout: Number.NaN },
    { dropout: '0.1' },
    { norm: 'middle' },
    { positions: 'none' },
    { initialization: 'xavier' },
    { normEpsilon: 0 },
    { normEpsilon: '1e-5' },
    { rotaryBase: 1 },
    { shiftTaps: 2.5 },
    { bigramEmbedding: 1 },
    { seed: 0.5 },
    { positions: 'rotary', dModel: 6 },
    { positions: 'rotary', dModel: 10, numHeads: 4 },
  ])('%j', (options) => {
    const before = memory().numTensors;
    expect(() => loosely(options)).toThrow(ConfigError);
    expect(memory().numTensors).toBe(before);
  });
});

test('what is left out has the value that makes GPT-2 small', () => {
  expect(gptConfig({ vocabSize: 50257 })).toEqual({
    vocabSize: 50257,
    maxPositions: 1024,
    dModel: 768,
    numLayers: 12,
    numHeads: 12,
    dFeedForward: 3072,
    activation: 'gelu_new',
    norm: 'pre',
    normEpsilon: 1e-5,
    positions: 'learned',
    rotaryBase: 10000,
    tieEmbeddings: true,
    shiftTaps: 0,
    bigramEmbedding: false,
    dropout: 0.1,
    initialization: 'gpt2',
  });
});

describe('a call refuses', () => {
  const gpt = createGpt(tiny);
  afterAll(() => gpt.dispose());
  const logits = (batch: TokenBatch) => tidy(() => gpt.call(batch).logits);
  const asIds = (values: unknown) => values as TokenBatch['tokenIds'];

  test.each<[batch: () => TokenBatch, message: string]>([
    [
      () => ({ tokenIds: [[1], [11]] }),
      'Gpt: tokenIds: 11 in row 1 is not in 0..10.\nThe vocabulary has 11 tokens. Was the text encoded by another tokenizer?',
    ],
    [() => ({ tokenIds: [[-1]] }), 'Gpt: tokenIds: -1 in row 0 is not in 0..10.'],
    [() => ({ tokenIds: [[0.5]] }), 'Gpt: tokenIds: 0.5 in row 0 is not in 0..10.'],
    [
      () => ({ tokenIds: [[1, 2], [3]] }),
      'Gpt: tokenIds: row 1 has 1 entries, and row 0 has 2.\nPad the rows to one length and say in attentionMask which entries are padding (0).',
    ],
    [
      () => ({ tokenIds: [[1, 2, 3, 4, 5, 6, 7]] }),
      'Gpt: 7 tokens are more than maxPositions 6.\nGive it a shorter text, or build a model with more positions.',
    ],
    [() => ({ tokenIds: [] }), 'Gpt: tokenIds must have at least one row with at least one entry.'],
    [() => ({ tokenIds: [[]] }), 'Gpt: tokenIds must have at least one row with at least one entry.'],
    [
      () => ({ tokenIds: asIds([1, 2, 3]) }),
      'Gpt: tokenIds must be [batch, time], rows of whole numbers, and is one row.',
    ],
    [() => ({ tokenIds: asIds([[1, 2], null]) }), 'Gpt: tokenIds: row 1 is no list of whole numbers.'],
    [() => ({ tokenIds: [[1, 2]], attentionMask: [[1]] }), 'Gpt: attentionMask must be [1, 2], and is [1, 1].'],
    [() => ({ tokenIds: [[1, 2]], attentionMask: [[1, 2]] }), 'Gpt: attentionMask: 2 in row 0 is not in 0..1.'],
    [() => ({ tokenIds: [[1, 2]], positionIds: [[0, 6]] }), 'Gpt: positionIds: 6 in row 0 is not in 0..5.'],
    [() => ({ tokenIds: [[1, 2]], typeIds: [[0, 11]] }), 'Gpt: typeIds: 11 in row 0 is not in 0..10.'],
  ])('%#: %j', async (batch, message) => {
    const expected = logits({ tokenIds: [[1, 2, 3]] });
    const before = memory().numTensors;
    for (let time = 0; time < 20; time++) {
      let error: unknown;
      try {
        logits(batch());
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(ShapeError);
      expect((error as Error).message.slice(0, message.length)).toBe(message);
    }
    expect(memory().numTensors).toBe(before);
    const after = logits({ tokenIds: [[1, 2, 3]] });
    expect(await after.data()).toEqual(await expected.data());
    dispose([expected, after]);
  });

  test('tensors of another type, rank or of nothing', () => {
    const wrong: Tensor[] = [tensor2d([[1, 2]]), tensor2d([[1, 2]], [1, 2], 'bool'), tensor2d([], [0, 3], 'int32')];
    const before = memory().numTensors;
    for (const tokenIds of wrong) expect(() => logits({ tokenIds })).toThrow(ShapeError);
    expect(memory().numTensors).toBe(before);
    dispose(wrong);
  });

  test('a cache of another batch, or one that is full, which then still works', async () => {
    const cache = new KeyValueCache();
    tidy(() => gpt.call({ tokenIds: [[1, 2, 3]] }, { cache }).logits).dispose();
    const before = memory().numTensors;
    expect(() => gpt.call({ tokenIds: [[4], [5]] }, { cache })).toThrow(ConfigError);
    expect(() => gpt.call({ tokenIds: [[4, 5, 6, 7]] }, { cache })).toThrow(ShapeError);
    expect(() => gpt.call({ tokenIds: [[99]] }, { cache })).toThrow(SesameError);
    expect(memory().numTensors).toBe(before);
    expect(cache.length).toBe(3);
    const [next, whole] = [
      tidy(() => gpt.call({ tokenIds: [[4]] }, { cache, outputLogits: 'last' }).logits),
      tidy(() => gpt.call({ tokenIds: [[1, 2, 3, 4]] }, { outputLogits: 'last' }).logits),
    ];
    const [actual, expected] = [await next.data(), await whole.data()];
    for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 5);
    dispose([next, whole]);
    cache.dispose();
  });
});

describe('what a call returns on request', () => {
  const gpt = createGpt(tiny);
  afterAll(() => gpt.dispose());

  test('logits and the last hidden states alone, unless it is asked for more', () => {
    tidy(() => gpt.call({ tokenIds: [[1]] }).logits).dispose(); // the parameters are there
    const before = memory().numTensors;
    const output = gpt.call({ tokenIds: [[1, 2, 3]] });
    expect(Object.keys(output).sort()).toEqual(['hiddenStates', 'logits']);
    expect(memory().numTensors).toBe(before + 2);
    dispose([output.logits, output.hiddenStates]);
  });

  test('all layers, the embedding output first, and attentions whose rows sum to 1', async () => {
    const output = gpt.call({ tokenIds: [[1, 2, 3]] }, { outputHiddenStates: true, outputAttentions: true });
    expect(output.layers!.map(({ shape }) => shape)).toEqual(Array(3).fill([1, 3, 8]));
    expect(output.layers!.at(-1)).toBe(output.hiddenStates);
    expect(output.attentions!.map(({ shape }) => shape)).toEqual(Array(2).fill([1, 2, 3, 3]));
    for (const weights of output.attentions!) {
      const [head] = (await weights.array()) as number[][][][];
      for (const [query, row] of head![0]!.entries()) {
        expect(row.reduce((total, weight) => total + weight)).toBeCloseTo(1, 5);
        expect(row.slice(query + 1).every((weight) => weight === 0)).toBe(true);
      }
    }
    dispose([output.logits, output.layers!, output.attentions!]);
  });

  test('a seed in the options is a stream that starts there', async () => {
    const noisy = createGpt({ ...tiny, dropout: 0.5 });
    const batch = { tokenIds: [[1, 2, 3]] };
    const run = async (options: object) => {
      const logits = tidy(() => noisy.call(batch, { training: true, ...options }).logits);
      const values = [...(await logits.data())];
      logits.dispose();
      return values;
    };
    expect(await run({ seed: 3 })).toEqual(await run({ random: new RandomStream(3) }));
    expect(await run({ seed: 3 })).not.toEqual(await run({ seed: 4 }));
    noisy.dispose();
  });
});
