import { add, memory, mul, type Tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import { Linear } from 'sesame-nlp/layers';
import { createGpt, gptPresets } from 'sesame-nlp/models';
import {
  freeze,
  initialize,
  initializers,
  Module,
  namedModules,
  namedParameters,
  Parameter,
  presentMask,
  summary,
  unfreeze,
} from 'sesame-nlp/nn';
import { describe, expect, test } from 'vitest';

class Scale extends Module {
  readonly factor = new Parameter([2], initializers.ones);
  protected override forward(x: Tensor): Tensor {
    return mul(x, this.factor.value);
  }
}

/** Every way to hold parts: fields, arrays, arrays of arrays, one part twice, a circle. */
class Nest extends Module {
  readonly first = new Scale();
  readonly grid = [[new Scale()], [new Scale(), new Scale()]];
  readonly shifts = [new Parameter([2], initializers.zeros), new Parameter([2], initializers.zeros)];
  readonly again = this.first;
  readonly tied = this.first.factor;
  readonly absent = undefined;
  readonly size = 3;
  readonly self: Module = this;
  protected override forward(x: Tensor): Tensor {
    const scaled = [this.first, ...this.grid.flat()].reduce((y, scale) => scale.call(y), x);
    return this.shifts.reduce((y, shift) => add(y, shift.value), scaled);
  }
}

describe('Module', () => {
  test('a weight is named by its path of fields; what is shared is listed once, and circles end', () => {
    expect([...namedParameters(new Nest()).keys()]).toEqual([
      'shifts.0',
      'shifts.1',
      'tied',
      'grid.0.0.factor',
      'grid.1.0.factor',
      'grid.1.1.factor',
    ]);
    expect([...namedModules(new Nest()).keys()]).toEqual(['', 'first', 'grid.0.0', 'grid.1.0', 'grid.1.1']);
  });

  test('freeze and unfreeze reach everything within, and nothing outside', () => {
    const nest = new Nest();
    freeze(nest.grid[1]![0]!);
    const trainable = () => [...namedParameters(nest)].filter(([, p]) => p.trainable).map(([path]) => path);
    expect(trainable()).toEqual(['shifts.0', 'shifts.1', 'tied', 'grid.0.0.factor', 'grid.1.1.factor']);
    freeze(nest);
    expect(trainable()).toEqual([]);
    unfreeze(nest);
    expect(trainable()).toHaveLength(6);
  });

  test('call keeps one tensor and frees the rest', () => {
    const nest = new Nest();
    const x = tensor1d([1, 2]);
    nest.call(x).dispose();
    const before = memory().numTensors;
    const y = nest.call(x);
    expect(memory().numTensors).toBe(before + 1);
    y.dispose();
    x.dispose();
    nest.dispose();
  });

  test('leaving a `using` block disposes of it', () => {
    const before = memory().numTensors;
    const nest = new Nest();
    initialize(nest, { seed: 1 });
    expect(nest.first.factor.value.size).toBe(2);
    nest[Symbol.dispose]();
    expect(memory().numTensors).toBe(before);
    expect(() => nest.first.factor.value).toThrow(ConfigError);
  });

  test('initialize refuses a misspelt option and a seed that is no whole number', () => {
    const nest = new Nest();
    expect(() => initialize(nest, { sed: 1 } as unknown as { seed: number })).toThrow('Did you mean seed?');
    expect(() => initialize(nest, { seed: Number.NaN })).toThrow(ConfigError);
  });
});

describe('Parameter', () => {
  test('it allocates on first use, and not before', async () => {
    const before = memory().numTensors;
    const parameter = new Parameter([2, 3], initializers.ones);
    expect(parameter.allocated).toBe(false);
    expect(parameter.size).toBe(6);
    expect(memory().numTensors).toBe(before);
    expect([...(await parameter.read())]).toEqual(Array(6).fill(1));
    expect(parameter.allocated).toBe(true);
    expect(memory().numTensors).toBe(before + 1);
    parameter.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('building GPT-2 medium allocates nothing and takes no time', () => {
    const before = memory().numTensors;
    const start = performance.now();
    const model = createGpt(gptPresets['gpt2-medium']);
    expect(performance.now() - start).toBeLessThan(1000); // 355 million normal numbers would take minutes
    expect(memory().numTensors).toBe(before);
    model.dispose();
  });

  test('it takes numbers and tensors of its size, and copies them', async () => {
    const parameter = new Parameter([2], initializers.zeros);
    const numbers = Float32Array.of(1, 2);
    parameter.assign(numbers);
    numbers[0] = 9;
    expect([...(await parameter.read())]).toEqual([1, 2]);
    const values = tensor1d([3, 4]);
    parameter.assign(values);
    values.dispose();
    expect([...(await parameter.read())]).toEqual([3, 4]);
    parameter.dispose();
  });

  test('what it refuses leaves it as it was', async () => {
    const parameter = new Parameter([2, 2], initializers.ones);
    await parameter.read();
    const before = memory().numTensors;
    expect(() => parameter.assign(new Float32Array(3))).toThrow('Parameter: 3 numbers do not fit its shape [2, 2].');
    const [wrongShape, wrongType] = [tensor1d([1, 2, 3, 4]), tensor1d([1, 2], 'int32')];
    expect(() => parameter.assign(wrongShape)).toThrow(ShapeError);
    const vector = new Parameter([2], initializers.ones);
    expect(() => vector.assign(wrongType)).toThrow(ShapeError);
    wrongShape.dispose();
    wrongType.dispose();
    expect(memory().numTensors).toBe(before);
    expect([...(await parameter.read())]).toEqual([1, 1, 1, 1]);
    parameter.dispose();
  });

  const missing = undefined as unknown as number; // a size that a caller in JavaScript left out
  test.each([[[0]], [[-1]], [[1.5]], [[Number.NaN]], [[3, missing]]])('%j is not a shape', (shape) => {
    expect(() => new Parameter(shape, initializers.zeros)).toThrow(ConfigError);
  });

  test('a disposed parameter says that its model is gone, until it is given numbers again', async () => {
    const parameter = new Parameter([1], initializers.zeros);
    parameter.dispose();
    expect(() => parameter.value).toThrow('Parameter: its model was disposed. Build or load the model again.');
    parameter.assign(Float32Array.of(5));
    expect([...(await parameter.read())]).toEqual([5]);
    parameter.dispose();
  });

  test('its role follows from its shape unless it is told', () => {
    expect(new Parameter([2], initializers.zeros).role).toBe('vector');
    expect(new Parameter([2, 2], initializers.zeros).role).toBe('matrix');
    expect(new Parameter([2, 2], initializers.zeros, { role: 'embedding' }).role).toBe('embedding');
  });
});

describe('summary', () => {
  test('it is a table of layers, shapes, parameters and memory', () => {
    const model = createGpt(gptPresets.nano);
    freeze(model.backbone.positionEmbedding!);
    expect(`\n${summary(model)}\n`).toMatchInlineSnapshot(`
      "
      layer                                           type       shapes                             parameters    memory
      ------------------------------------------------------------------------------------------------------------------
      backbone.tokenEmbedding                         Embedding  weight [50257, 48]                  2,412,336  9.20 MiB
      backbone.positionEmbedding.embedding            Embedding  weight [1024, 48]             49,152 (frozen)  0.19 MiB
      backbone.decoder.blocks.0.attentionNorm         LayerNorm  weight [48], bias [48]                     96  0.00 MiB
      backbone.decoder.blocks.0.attention.query       Linear     weight [48, 48], bias [48]              2,352  0.01 MiB
      backbone.decoder.blocks.0.attention.key         Linear     weight [48, 48], bias [48]              2,352  0.01 MiB
      backbone.decoder.blocks.0.attention.value       Linear     weight [48, 48], bias [48]              2,352  0.01 MiB
      backbone.decoder.blocks.0.attention.output      Linear     weight [48, 48], bias [48]              2,352  0.01 MiB
      backbone.decoder.blocks.0.feedForwardNorm       LayerNorm  weight [48], bias [48]                     96  0.00 MiB
      backbone.decoder.blocks.0.feedForward.expand    Linear     weight [48, 192], bias [192]            9,408  0.04 MiB
      backbone.decoder.blocks.0.feedForward.contract  Linear     weight [192, 48], bias [48]             9,264  0.04 MiB
      backbone.decoder.blocks.1.attentionNorm         LayerNorm  weight [48], bias [48]                     96  0.00 MiB
      backbone.decoder.blocks.1.attention.query       Linear     weight [48, 48], bias [48]              2,352  0.01 MiB
      backbone.decoder.blocks.1.attention.key         Linear     weight [48, 48], bias [48]              2,352  0.01 MiB
      backbone.decoder.blocks.1.attention.value       Linear     weight [48, 48], bias [48]              2,352  0.01 MiB
      backbone.decoder.blocks.1.attention.output      Linear     weight [48, 48], bias [48]              2,352  0.01 MiB
      backbone.decoder.blocks.1.feedForwardNorm       LayerNorm  weight [48], bias [48]                     96  0.00 MiB
      backbone.decoder.blocks.1.feedForward.expand    Linear     weight [48, 192], bias [192]            9,408  0.04 MiB
      backbone.decoder.blocks.1.feedForward.contract  Linear     weight [192, 48], bias [48]             9,264  0.04 MiB
      backbone.decoder.blocks.2.attentionNorm         LayerNorm  weight [48], bias [48]                     96  0.00 MiB
      backbone.decoder.blocks.2.attention.query       Linear     weight [48, 48], bias [48]              2,352  0.01 MiB
      backbone.decoder.blocks.2.attention.key         Linear     weight [48, 48], bias [48]              2,352  0.01 MiB
      backbone.decoder.blocks.2.attention.value       Linear     weight [48, 48], bias [48]              2,352  0.01 MiB
      backbone.decoder.blocks.2.attention.output      Linear     weight [48, 48], bias [48]              2,352  0.01 MiB
      backbone.decoder.blocks.2.feedForwardNorm       LayerNorm  weight [48], bias [48]                     96  0.00 MiB
      backbone.decoder.blocks.2.feedForward.expand    Linear     weight [48, 192], bias [192]            9,408  0.04 MiB
      backbone.decoder.blocks.2.feedForward.contract  Linear     weight [192, 48], bias [48]             9,264  0.04 MiB
      backbone.decoder.finalNorm                      LayerNorm  weight [48], bias [48]                     96  0.00 MiB
      ------------------------------------------------------------------------------------------------------------------
      total                                                      2,497,248 trainable                 2,546,400  9.71 MiB
      "
    `);
    model.dispose();
  });

  test.each([
    ['gpt2', 124_439_808],
    ['gpt2-medium', 354_823_168],
    ['mini', 12_515_520],
    ['nano', 2_546_400],
  ] as const)('the preset %s has %i parameters', (name, parameters) => {
    const total = summary(createGpt(gptPresets[name]));
    expect(total.parameters).toBe(parameters);
    expect(total.bytes).toBe(4 * parameters);
    expect(total.rows.reduce((sum, row) => sum + row.parameters, 0)).toBe(parameters);
  });

  test('arrays of parameters count for the module that holds them', () => {
    const { rows } = summary(new Nest());
    expect(rows[0]).toMatchObject({ path: '', type: 'Nest', parameters: 6 });
    expect(rows[0]!.shapes.map(({ name }) => name)).toEqual(['shifts.0', 'shifts.1', 'tied']);
  });

  test('frozen parameters are counted, and not as trainable', () => {
    const linear = new Linear(2, 3);
    linear.weight.trainable = false;
    expect(summary(linear)).toMatchObject({ parameters: 9, trainable: 3 });
  });
});

test('presentMask is the end of a mask, as another type, and leaks nothing', async () => {
  const mask = tensor2d([[0, 1, 1, 0]], [1, 4], 'int32');
  const before = memory().numTensors;
  const present = presentMask(mask, 2, 'float32');
  expect(present.dtype).toBe('float32');
  expect([...(await present.data())]).toEqual([1, 0]);
  expect(memory().numTensors).toBe(before + 1);
  present.dispose();
});
