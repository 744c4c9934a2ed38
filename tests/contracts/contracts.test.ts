// One set of contracts, run over every public module and op, on every backend.
import {
  concat,
  dispose,
  fill,
  gather,
  getBackend,
  memory,
  ones,
  setBackend,
  slice,
  type Tensor,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import { decodeFloat32, readSafetensors, writeSafetensors } from 'sesame-nlp/checkpoints';
import { SesameError } from 'sesame-nlp/errors';
import * as heads from 'sesame-nlp/heads';
import * as layers from 'sesame-nlp/layers';
import * as models from 'sesame-nlp/models';
import { initialize, KeyValueCache, namedParameters, RandomStream } from 'sesame-nlp/nn';
import * as ops from 'sesame-nlp/ops';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isGpu } from '../support/oracle.js';
import { finiteDifferences, gradients } from './gradients.js';
import { headRows, layerRows } from './layerRows.js';
import { modelRows } from './modelRows.js';
import { notOps, opRows } from './opRows.js';
import { buildShaken, draw, drawInputs, type How, type Input, type Row, type Subject } from './row.js';

const table = [...opRows, ...layerRows, ...headRows, ...modelRows];
const named = (rows: readonly Row[]) => rows.map((row) => [row.title, row] as const);
const withModule = (row: Row) => row.build().module !== undefined;

/** Largest difference, as a share of the largest number expected. */
const tolerance = (roughly = false) => (isGpu() ? 2e-3 : roughly ? 2e-4 : 2e-5);

/** SwiftShader takes seconds where other backends take milliseconds. */
const affords = (row: Row) => !(isGpu() && row.variant);

let tensorsBefore: number;
beforeEach(() => {
  tensorsBefore = memory().numTensors;
});

test('every module and op that is exported has a row', () => {
  const covered = new Set(table.flatMap((row) => row.covers));
  const values = (room: object) => Object.keys(room);
  const notModules = ['Head', 'headSize', 'gptConfig', 'gptPresets'];
  const exported = [ops, layers, heads, models].flatMap(values);
  expect(exported.length).toBeGreaterThan(30);
  expect(exported.filter((name) => !covered.has(name) && ![...notOps, ...notModules].includes(name))).toEqual([]);
  expect([...covered, ...notOps, ...notModules].filter((name) => !exported.includes(name))).toEqual([]);
});

describe.each(named(table))('%s', (_, row) => {
  let subject: Subject;
  let inputs: Tensor[];
  beforeEach(() => {
    subject = buildShaken(row);
    inputs = drawInputs(row);
  });
  afterEach(() => {
    subject.module?.dispose();
    dispose(inputs.filter((input) => !input.isDisposed));
  });
  const run = (how: How = {}, given = inputs) => tidy(() => subject.run(given, how));

  test('its output has the shape that it promises, and no NaN', async () => {
    const output = run();
    expect(output.shape).toEqual(row.output);
    expect((await output.data()).every(Number.isFinite)).toBe(true);
    output.dispose();
  });

  test('it frees all that it makes, when it succeeds and when it fails', () => {
    subject.run(inputs, {}).dispose(); // parameters are allocated
    const before = memory().numTensors;
    subject.run(inputs, {}).dispose();
    expect(memory().numTensors).toBe(before);
    if (row.differentiable ?? true) {
      dispose(gradients(row, subject, inputs).all);
      expect(memory().numTensors).toBe(before);
    }
    for (const refusal of row.refusals ?? []) {
      for (const attempt of [1, 2]) {
        const beforeAttempt = memory().numTensors;
        expect(() => refusal(subject)).toThrow(SesameError);
        if (attempt === 2) expect(memory().numTensors).toBe(beforeAttempt);
      }
    }
  });

  // tfjs's webgpu backend does not survive it: from then on its own kernels fail (4.22).
  test.runIf(getBackend() !== 'webgpu')('it frees all that it made when it meets a disposed tensor', () => {
    subject.run(inputs, {}).dispose();
    const usesItsInput = row.covers[0] !== 'AlibiPositions' && row.covers[0] !== 'dropoutMask'; // these ask its shape
    inputs.at(-1)!.dispose();
    const before = memory().numTensors;
    if (usesItsInput) expect(() => subject.run(inputs, {})).toThrow();
    expect(memory().numTensors).toBe(before);
  });

  test.runIf((row.differentiable ?? true) && affords(row))(
    'its gradients are those of finite differences',
    async () => {
      const directions = await finiteDifferences(row, subject, inputs);
      for (const { name, analytic, numeric, norm, noise } of directions) {
        expect(Math.abs(analytic - numeric), `${name}: ${analytic} against ${numeric}`).toBeLessThanOrEqual(
          (isGpu() ? 3e-2 : 5e-3) * norm + noise,
        );
      }
    },
  );

  test.runIf(getBackend() !== 'cpu')('it agrees with the cpu backend, forward and backward', async () => {
    const here = getBackend();
    const evaluate = async () => {
      const own = buildShaken(row);
      const ownInputs = drawInputs(row);
      const output = own.run(ownInputs, {});
      const { all } = (row.differentiable ?? true) ? gradients(row, own, ownInputs) : { all: [] };
      const values = await Promise.all([output, ...all].map((tensor) => tensor.data()));
      dispose([output, ...all, ...ownInputs]);
      own.module?.dispose();
      return values as Float32Array[];
    };
    const actual = await evaluate();
    await setBackend('cpu');
    const expected = await evaluate().finally(() => setBackend(here));
    for (const [index, values] of actual.entries()) expectCloseNumbers(values, expected[index]!, row.roughly);
  });

  test.runIf(row.rowwise ?? true)('each row of a batch has the result that it has alone', async () => {
    const together = run();
    for (let index = 0; index < together.shape[0]!; index++) {
      const alone = inputs.map((input, i) => (row.inputs[i]!.shared ? input.clone() : cut(input, 0, index, 1)));
      const [single, expected] = [run({}, alone), cut(together, 0, index, 1)];
      await expectClose(single, expected);
      dispose([single, expected, alone]);
    }
    together.dispose();
  });

  test.runIf(row.dropout)('dropout follows its seed in training, and does nothing otherwise', async () => {
    const read = async (how: How) => {
      const output = run(how);
      const values = await output.data();
      output.dispose();
      return [...values];
    };
    const trained = await read({ training: true, random: new RandomStream(5) });
    expect(await read({ training: true, random: new RandomStream(5) })).toEqual(trained);
    expect(await read({ training: true, random: new RandomStream(6) })).not.toEqual(trained);
    const evaluated = await read({});
    expect(evaluated).not.toEqual(trained);
    expect(await read({ training: false, random: new RandomStream(5) })).toEqual(evaluated);
  });

  test.runIf(row.masked)('padding on either side changes nothing', async () => {
    const [batch, time] = [inputs[0]!.shape[0]!, inputs[0]!.shape[row.inputs[0]!.timeAxis!]!];
    const expected = run();
    for (const [left, right] of [
      [0, 2],
      [3, 0],
      [2, 1],
    ] as const) {
      const padded = inputs.map((input, index) => pad(row.inputs[index]!, input, left, right));
      const attentionMask = tidy(() =>
        concat([fill([batch, left], 0, 'int32'), ones([batch, time], 'int32'), fill([batch, right], 0, 'int32')], 1),
      );
      const output = run({ attentionMask }, padded);
      const kept = cut(output, row.outputTimeAxis ?? 1, left, time);
      await expectClose(kept, expected);
      dispose([output, kept, padded, attentionMask]);
    }
    expected.dispose();
  });

  test.runIf(row.masked)('a text that is all padding gives no NaN, forward and backward', async () => {
    const [batch, time] = [inputs[0]!.shape[0]!, inputs[0]!.shape[row.inputs[0]!.timeAxis!]!];
    const attentionMask = tidy(() => concat([fill([1, time], 0, 'int32'), ones([batch - 1, time], 'int32')], 0));
    const output = run({ attentionMask });
    const { all } = gradients(row, subject, inputs, { attentionMask });
    for (const tensor of [output, ...all]) expect((await tensor.data()).every(Number.isFinite)).toBe(true);
    dispose([output, all, attentionMask]);
  });

  test.runIf(row.cached)(
    'with a cache, in pieces or token by token, the results are those of the whole text',
    async () => {
      const time = inputs[0]!.shape[row.inputs[0]!.timeAxis!]!;
      const expected = run();
      for (const pieces of [[time], Array<number>(time).fill(1), [2, time - 2], [1, time - 2, 1]]) {
        const cache = new KeyValueCache();
        await expectClose(await runInPieces(row, subject, inputs, pieces, cache), expected);
        cache.dispose();
      }
      expected.dispose();
    },
  );

  test.runIf(row.cached && affords(row))(
    'a cache of hundreds of tokens, whose chunks were joined, is as good as none',
    async () => {
      const pieces = [...Array<number>(8).fill(64), 1, 3, 1]; // eight full chunks become one, and more follow
      const time = pieces.reduce((sum, length) => sum + length);
      const random = new RandomStream(9);
      const long = row.inputs.map((input) => draw(input, withLength(input, input.shape, time), random));
      const expected = run({}, long);
      const cache = new KeyValueCache();
      const actual = await runInPieces(row, subject, long, pieces, cache);
      await expectClose(actual, expected);
      cache.dispose();
      dispose([long, expected]);
    },
  );

  test.runIf(row.cached)('a reordered cache goes on as if the rows had stood in that order', async () => {
    const time = inputs[0]!.shape[row.inputs[0]!.timeAxis!]!;
    const order = tensor1d([1, 0, 0], 'int32');
    const swapped = inputs.map((input) => gather(input, order));
    const wholeSwapped = run({}, swapped);
    const expected = cut(wholeSwapped, 1, time - 2, 2);
    const cache = new KeyValueCache();
    dispose(await runInPieces(row, subject, piece(row, inputs, 0, time - 2), [time - 2], cache));
    cache.reorder(order);
    const rest = piece(row, swapped, time - 2, 2);
    await expectClose(await runInPieces(row, subject, rest, [1, 1], cache), expected);
    cache.dispose();
    dispose([order, swapped, wholeSwapped, expected]);
  });
});

describe.each(named(table.filter(withModule)))('%s', (_, row) => {
  test('building it allocates nothing, and disposing of it frees everything', () => {
    const { module, run } = row.build();
    expect(memory().numTensors).toBe(tensorsBefore);
    const inputs = drawInputs(row);
    run(inputs, {}).dispose();
    module!.dispose();
    dispose(inputs);
    expect(memory().numTensors).toBe(tensorsBefore);
  });

  test('one seed gives one set of weights, in whatever order they are made; another seed gives another', async () => {
    const weights = async (seed: number, backwards = false) => {
      const module = row.build().module!;
      initialize(module, { seed });
      const parameters = [...namedParameters(module)];
      const values = new Map<string, Float32Array>();
      for (const [path, parameter] of backwards ? parameters.reverse() : parameters) {
        values.set(path, await parameter.read());
      }
      module.dispose();
      return values;
    };
    const first = await weights(1);
    const again = await weights(1, true);
    expect([...again.keys()].sort()).toEqual([...first.keys()].sort());
    for (const [path, values] of first) expect(again.get(path)).toEqual(values);
    const other = await weights(2);
    for (const [path, values] of first) {
      const constant = values.every((value) => value === values[0]); // zeros and ones are no draw of a seed
      if (!constant) expect(other.get(path)).not.toEqual(values);
    }
  });

  test('its weights survive safetensors: the outputs are the same, bit for bit', async () => {
    const saved = buildShaken(row, 1);
    const tensors = new Map<string, { dtype: 'F32'; shape: readonly number[]; data: Float32Array }>();
    for (const [path, parameter] of namedParameters(saved.module!)) {
      tensors.set(path, { dtype: 'F32', shape: parameter.shape, data: await parameter.read() });
    }
    const file = readSafetensors(writeSafetensors(tensors));
    const loaded = row.build();
    for (const [path, parameter] of namedParameters(loaded.module!)) {
      parameter.assign(decodeFloat32(path, file.tensors.get(path)!));
    }
    const inputs = drawInputs(row);
    const [before, after] = [saved.run(inputs, {}), loaded.run(inputs, {})];
    expect(await after.data()).toEqual(await before.data());
    dispose([before, after, inputs]);
    saved.module!.dispose();
    loaded.module!.dispose();
  });
});

/** Part of a tensor along one axis. */
function cut(x: Tensor, axis: number, start: number, length: number): Tensor {
  const begin = x.shape.map((_, i) => (i === axis ? start : 0));
  const size = x.shape.map((all, i) => (i === axis ? length : all));
  return slice(x, begin, size);
}

/** The inputs of some consecutive tokens; what has no axis of tokens stays whole. The caller's. */
function piece(row: Row, inputs: readonly Tensor[], start: number, length: number): Tensor[] {
  return inputs.map((input, index) => {
    const axis = row.inputs[index]!.timeAxis;
    return axis === undefined ? input.clone() : cut(input, axis, start, length);
  });
}

function withLength({ timeAxis }: Input, shape: readonly number[], time: number): number[] {
  return shape.map((length, axis) => (axis === timeAxis ? time : length));
}

/** An input with random padding around its tokens. */
function pad(input: Input, x: Tensor, left: number, right: number): Tensor {
  const { timeAxis } = input;
  if (timeAxis === undefined) return x.clone();
  return tidy(() => {
    const random = new RandomStream(31);
    const rubbish = (time: number) => draw(input, withLength(input, x.shape, time), random);
    return concat(
      [rubbish(left), x, rubbish(right)].filter(({ size }) => size > 0),
      timeAxis,
    );
  });
}

/** Runs tokens in pieces of these lengths through a cache; the pieces' results joined, the caller's. */
async function runInPieces(
  row: Row,
  subject: Subject,
  inputs: readonly Tensor[],
  lengths: readonly number[],
  cache: KeyValueCache,
): Promise<Tensor> {
  return tidy(() => {
    let start = 0;
    const results = lengths.map((length) => {
      const result = subject.run(piece(row, inputs, start, length), { cache });
      start += length;
      return result;
    });
    return concat(results, row.outputTimeAxis ?? 1);
  });
}

async function expectClose(actual: Tensor, expected: Tensor): Promise<void> {
  expect(actual.shape).toEqual(expected.shape);
  expectCloseNumbers(await actual.data<'float32'>(), await expected.data<'float32'>());
}

function expectCloseNumbers(actual: Float32Array, expected: Float32Array, roughly = false): void {
  let [largest, worst] = [1, 0];
  for (const [index, value] of expected.entries()) {
    largest = Math.max(largest, Math.abs(value));
    const difference = Math.abs(actual[index]! - value);
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  expect(actual.length).toBe(expected.length);
  expect(worst / largest).toBeLessThanOrEqual(tolerance(roughly));
}
