// Parameters in other forms than floats: what a model is like before and after.
import { readFileSync } from 'node:fs';
import { add, matMul, memory, profile, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { languageModelBatches } from 'sesame-nlp/data';
import { ConfigError, ShapeError, TrainingError } from 'sesame-nlp/errors';
import { Embedding, Linear } from 'sesame-nlp/layers';
import { createGpt, type Gpt } from 'sesame-nlp/models';
import { freeze, initializers, Module, namedParameters, Parameter, summary } from 'sesame-nlp/nn';
import { EncodedMatrix, encodeInt8, linear } from 'sesame-nlp/ops';
import { adamW, compareLanguageModels, fit } from 'sesame-nlp/training';
import { beforeEach, describe, expect, test } from 'vitest';
import { isGpu } from '../support/oracle.js';

let tensorsBefore: number;
beforeEach(() => {
  tensorsBefore = memory().numTensors;
  return () => expect(memory().numTensors).toBe(tensorsBefore);
});

const sizes = { vocabSize: 40, maxPositions: 32, dModel: 20, numLayers: 2, numHeads: 2, dropout: 0, seed: 3 } as const;
const prompt = { tokenIds: [[1, 5, 39, 0, 2, 7, 7, 7, 3]] };

const logitsOf = async (model: Gpt) => {
  const logits = tidy(() => model.call(prompt).logits);
  const values = await logits.data<'float32'>();
  logits.dispose();
  return values;
};

const cosine = (a: Float32Array, b: Float32Array) => {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

const trainABit = (model: Gpt, steps = 3) =>
  fit(
    model,
    languageModelBatches(
      Int32Array.from({ length: 200 }, (_, i) => (i * i) % 40),
      { batchSize: 4, contextLength: 8 },
    ),
    {
      optimizer: adamW({ learningRate: 0.02 }),
      steps,
    },
  );

describe('model.quantize', () => {
  test('it rounds matrices and embeddings, leaves vectors alone, and reports what it cost and saved', async () => {
    const model = createGpt(sizes);
    const before = await logitsOf(model);
    const report = await model.quantize('int8');
    const parameters = namedParameters(model);
    for (const [path, { encoding, shape }] of parameters) {
      expect(encoding, path).toBe(shape.length === 2 ? 'int8' : 'float32');
    }
    const matrices = [...parameters].filter(([, { shape }]) => shape.length === 2);
    expect(report.matrices.map(({ path, shape }) => [path, shape])).toEqual(
      matrices.map(([path, { shape }]) => [path, shape]),
    );
    for (const { relativeError, cosine } of report.matrices) {
      expect(relativeError).toBeGreaterThan(1e-4);
      expect(relativeError).toBeLessThan(0.01);
      expect(cosine).toBeGreaterThan(0.9999);
    }
    expect(report.bytesBefore).toBe(4 * summary(model).parameters);
    expect(report.bytesAfter).toBe(summary(model).bytes);
    expect(report.bytesAfter).toBeLessThan(0.5 * report.bytesBefore); // rows of 20 are padded to 32
    expect(String(report)).toMatch(/^backbone\.tokenEmbedding\.weight +\[40, 20\] +0\.\d\d% +0\.\d+$/m);
    expect(String(report)).toMatch(/MiB -> .* MiB$/);
    expect(cosine(before, await logitsOf(model))).toBeGreaterThan(0.9995);
    const again = await model.quantize('int8');
    expect(again.matrices).toEqual([]);
    model.dispose();
  });

  test('a model that was never used is rounded without ever being floats in the backend', async () => {
    const [used, unused] = [createGpt(sizes), createGpt(sizes)];
    await logitsOf(used);
    await used.quantize('int8');
    const bytesBefore = memory().numBytes;
    const { peakBytes } = await profile(async () => {
      await unused.quantize('int8');
      return [];
    });
    const matrices = [...namedParameters(unused).values()].filter(({ encodable }) => encodable);
    const rounded = matrices.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(memory().numBytes - bytesBefore).toBe(rounded);
    expect(peakBytes - bytesBefore).toBeLessThanOrEqual(rounded);
    expect(await logitsOf(unused)).toEqual(await logitsOf(used));
    used.dispose();
    unused.dispose();
  });

  test('another encoding is refused, and the nearest one named', async () => {
    const model = new Linear(2, 2);
    await expect(model.quantize('int9' as 'int8')).rejects.toThrow(ConfigError);
    await expect(model.quantize('int9' as 'int8')).rejects.toThrow('Did you mean int8?');
    await expect(model.quantize(undefined as unknown as 'int8')).rejects.toThrow('Encodings: int8.');
  });

  test('activations may be rounded coarsely, and finely again', async () => {
    const model = createGpt(sizes);
    await model.quantize('int8');
    const fine = await logitsOf(model);
    const { matrices } = await model.quantize('int8', { activations: 'coarse' });
    expect(matrices).toEqual([]);
    expect(cosine(fine, await logitsOf(model))).toBeGreaterThan(0.999);
    await model.quantize('int8');
    expect(await logitsOf(model)).toEqual(fine);
    await expect(model.quantize('int8', { activations: 'rough' as 'coarse' })).rejects.toThrow(ConfigError);
    await expect(model.quantize('int8', { activation: 'coarse' } as object)).rejects.toThrow(
      'Did you mean activations?',
    );
    model.dispose();
  });

  test('training what was rounded is refused; frozen, it carries what is trained on top of it', async () => {
    const model = createGpt({ ...sizes, tieEmbeddings: false });
    await model.backbone.quantize('int8');
    const refusal = trainABit(model);
    await expect(refusal).rejects.toThrow(TrainingError);
    await expect(refusal).rejects.toThrow(
      /^fit: 14 of the parameters, such as backbone\.tokenEmbedding\.weight, hold 8-bit/,
    );
    expect(() => model.backbone.tokenEmbedding.weight.variable).toThrow(
      /^Parameter: backbone\.tokenEmbedding\.weight holds 8-bit numbers/,
    );
    freeze(model.backbone);
    const { losses } = await trainABit(model, 8);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    expect(model.backbone.tokenEmbedding.weight.encoding).toBe('int8');
    model.toFloat32();
    await trainABit(model);
    model.dispose();
  });

  test('on a real text, a trained model predicts as well as before', async () => {
    const text = readFileSync('examples/data/tinyshakespeare/input.txt', 'utf8').slice(0, 50_000);
    const ids = Int32Array.from(text, (character) => Math.min(127, character.charCodeAt(0)));
    const model = createGpt({ ...sizes, vocabSize: 128, dModel: 32, numLayers: 1 });
    const batches = languageModelBatches(ids, { batchSize: 8, contextLength: 32 });
    await fit(model, batches, { optimizer: adamW({ learningRate: 0.01 }), steps: isGpu() ? 3 : 40 });
    const rounded = createGpt({ ...sizes, vocabSize: 128, dModel: 32, numLayers: 1 });
    for (const [path, parameter] of namedParameters(model)) {
      namedParameters(rounded)
        .get(path)!
        .assign(await parameter.read());
    }
    await rounded.quantize('int8');
    const comparison = await compareLanguageModels(model, rounded, [...batches].slice(0, 4));
    expect(comparison.count).toBe(4 * 8 * 32);
    expect(comparison.cosine).toBeGreaterThan(0.9999);
    expect(comparison.leastCosine).toBeGreaterThan(0.999);
    expect(comparison.agreement).toBeGreaterThan(0.97);
    const { referencePerplexity, candidatePerplexity } = comparison;
    expect(referencePerplexity).toBeLessThan(isGpu() ? 128 : 30);
    expect(Math.abs(candidatePerplexity / referencePerplexity - 1)).toBeLessThan(0.002);
    expect(await compareLanguageModels(model, model, [...batches].slice(0, 1))).toMatchObject({
      agreement: 1,
      cosine: expect.closeTo(1, 5),
    });
    model.dispose();
    rounded.dispose();
  });

  test('comparing on nothing is refused', async () => {
    const model = createGpt(sizes);
    await expect(compareLanguageModels(model, model, [])).rejects.toThrow(TrainingError);
    model.dispose();
  });
});

describe('model.pack', () => {
  test('the numbers stay what they are, and so do the results', async () => {
    const model = createGpt(sizes);
    const before = await logitsOf(model);
    const numbers = await Promise.all([...namedParameters(model).values()].map((parameter) => parameter.read()));
    await model.pack();
    expect(model.backbone.tokenEmbedding.weight.encoding).toBe('packed');
    expect(await Promise.all([...namedParameters(model).values()].map((parameter) => parameter.read()))).toEqual(
      numbers,
    );
    const after = await logitsOf(model);
    for (const [index, value] of before.entries()) expect(after[index]).toBeCloseTo(value, isGpu() ? 2 : 5);
    await model.pack();
    model.toFloat32();
    expect(model.backbone.tokenEmbedding.weight.encoding).toBe('float32');
    expect(await logitsOf(model)).toEqual(before);
    model.dispose();
  });

  test('training undoes it, and what was trained is what is used from then on', async () => {
    const [plain, packed] = [createGpt(sizes), createGpt(sizes)];
    await packed.pack();
    for (let round = 0; round < 2; round++) {
      await trainABit(plain);
      await trainABit(packed);
      expect(packed.backbone.tokenEmbedding.weight.encoding).toBe('float32');
      expect(await logitsOf(packed)).toEqual(await logitsOf(plain));
      await packed.pack();
      const [after, expected] = [await logitsOf(packed), await logitsOf(plain)];
      for (const [index, value] of expected.entries()) expect(after[index]).toBeCloseTo(value, isGpu() ? 2 : 5);
    }
    plain.dispose();
    packed.dispose();
  });

  test('8-bit matrices stay as they are', async () => {
    const model = new Embedding(3, 2);
    await model.quantize('int8');
    await model.pack();
    expect(model.weight.encoding).toBe('int8');
    model.dispose();
  });
});

test('products see the numbers of every update, however often the same weight was multiplied by before', async () => {
  const model = createGpt(sizes);
  const weight = namedParameters(model).get('backbone.decoder.blocks.0.feedForward.expand.weight')!;
  const x = tensor2d(
    Float32Array.from({ length: 16 * 20 }, (_, i) => Math.sin(i)),
    [16, 20],
  );
  const read = async (make: () => Tensor) => {
    const output = tidy(make);
    const values = await output.data<'float32'>();
    output.dispose();
    return values;
  };
  let last: Float32Array | undefined;
  for (let round = 0; round < 3; round++) {
    const products = [await read(() => matMul(x, weight.value as never)), await read(() => linear(x, weight.operand))];
    const numbers = await weight.read();
    for (const actual of products) {
      for (const row of [0, 15]) {
        for (const column of [0, 79]) {
          let expected = 0;
          for (let k = 0; k < 20; k++) expected += Math.sin(row * 20 + k) * numbers[k * 80 + column]!;
          expect(actual[row * 80 + column]).toBeCloseTo(expected, isGpu() ? 2 : 4);
        }
      }
    }
    if (last !== undefined) expect(products[0]).not.toEqual(last);
    last = products[0]!;
    await trainABit(model, 2);
  }
  x.dispose();
  model.dispose();
});

describe('Parameter', () => {
  /** A layer that knows nothing of other forms. */
  class Strange extends Module {
    readonly weight = new Parameter([3, 2], initializers.normal(1));
    protected override forward(x: Tensor): Tensor {
      return add(matMul(x as never, this.weight.value as never), 1);
    }
  }

  test('its value is a tensor in every form, so a layer of one’s own works on', async () => {
    const layer = new Strange();
    const x = tensor2d([[1, 2, 3]]);
    const run = async () => {
      const y = layer.call(x);
      const values = [...(await y.data())];
      y.dispose();
      return values;
    };
    const expected = await run();
    await layer.pack();
    const before = memory().numTensors;
    for (const [index, value] of (await run()).entries()) expect(value).toBeCloseTo(expected[index]!, 5);
    await layer.quantize('int8');
    for (const [index, value] of (await run()).entries()) expect(value).toBeCloseTo(expected[index]!, 1);
    expect(memory().numTensors).toBe(before + 1); // codes and scales
    x.dispose();
    layer.dispose();
  });

  test('new numbers make it floats again', async () => {
    const parameter = new Parameter([3, 2], initializers.ones);
    const forms: (() => unknown)[] = [() => parameter.pack(), () => parameter.quantize()];
    const changes: (() => void)[] = [
      () => parameter.assign(Float32Array.of(1, 2, 3, 4, 5, 6)),
      () => {
        const values = tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
        parameter.assign(values);
        values.dispose();
      },
    ];
    for (const form of forms) {
      for (const change of changes) {
        await form();
        expect(parameter.operand).toBeInstanceOf(EncodedMatrix);
        change();
        expect(parameter.encoding).toBe('float32');
        expect([...(await parameter.read())]).toEqual([1, 2, 3, 4, 5, 6]);
      }
      await form();
      parameter.seed(1);
      expect([...(await parameter.read())]).toEqual([1, 1, 1, 1, 1, 1]);
    }
    parameter.dispose();
    expect(() => parameter.operand).toThrow(ConfigError);
  });

  test('numbers are rounded on the way in, and encoded ones taken as they are', async () => {
    const parameter = new Parameter([2, 2], initializers.zeros);
    const { relativeError } = await parameter.quantize(Float32Array.of(127, 3, -127, 127));
    expect(relativeError).toBeCloseTo(0, 6);
    expect([...(await parameter.read())]).toEqual([127, 3, -127, 127]);
    await expect(parameter.quantize(new Float32Array(3))).rejects.toThrow(ShapeError);
    const { matrix } = encodeInt8(Float32Array.of(1, 2, 3), { shape: [3, 1], outputAxis: 1 });
    expect(() => parameter.assignEncoded(matrix)).toThrow(ShapeError);
    matrix.dispose();
    parameter.dispose();
  });

  test('a vector has no encoded form', async () => {
    const bias = new Parameter([4], initializers.zeros);
    const taps = new Parameter([3, 4], initializers.zeros, { role: 'vector' });
    const kernels = new Parameter([3, 4, 5], initializers.zeros);
    for (const parameter of [bias, taps, kernels]) {
      expect(parameter.encodable).toBe(false);
      await expect(parameter.pack()).rejects.toThrow(ConfigError);
      await expect(parameter.quantize()).rejects.toThrow(/has no encoded form/);
    }
  });

  test('a matrix with a number that is none is reported as far from anything', async () => {
    for (const broken of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const parameter = new Parameter([2, 3], initializers.zeros);
      const error = await parameter.quantize(Float32Array.of(1, 2, broken, 4, 5, 6));
      expect(error).toEqual({ relativeError: Number.NaN, cosine: Number.NaN });
      parameter.dispose();
    }
  });

  test('two packings at once are one', async () => {
    const layer = new Linear(20, 30);
    await layer.weight.read();
    await Promise.all([layer.pack(), layer.pack(), layer.weight.pack()]);
    expect(layer.weight.encoding).toBe('packed');
    layer.dispose();
  });

  test('summary counts the memory that the forms take', async () => {
    const layer = new Linear(64, 64);
    expect(summary(layer).bytes).toBe(4 * (64 * 64 + 64));
    await layer.quantize('int8');
    expect(summary(layer)).toMatchObject({ parameters: 64 * 64 + 64, bytes: 64 * 64 + 4 * 64 + 4 * 64 });
    layer.dispose();
  });
});
