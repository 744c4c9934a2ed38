import { adam, adamW, fit, linearWarmup, type Optimizer, sgd } from 'sesame-nlp/training';
import { describe, expect, test } from 'vitest';
import { readJsonFixture } from '../support/fixtures.js';
import { noise, Perceptron, type Rows } from './models.js';

// Traces of PyTorch 1.13 and transformers 4.5 in float64: ten full-batch steps on a small perceptron.
interface Matrix {
  readonly shape: number[];
  readonly data: number[];
}
interface Trace {
  readonly name: string;
  readonly losses: Matrix;
  readonly learning_rates: number[] | Matrix;
  readonly grad_norms_before_clipping: number[] | Matrix;
  readonly params_after: Record<'w1' | 'b1' | 'w2' | 'b2', Matrix>;
}
interface Traces {
  readonly X: Matrix;
  readonly Y: Matrix;
  readonly initial: Trace['params_after'];
  readonly traces: Trace[];
}

const traces = await readJsonFixture<Traces>('training/optimizerTraces.json');
const everything = (weightDecay: number) => [{ match: () => true, weightDecay }];

const optimizers: Record<string, { optimizer: Optimizer; clipNorm?: number }> = {
  sgd: { optimizer: sgd({ learningRate: 0.1 }) },
  'sgd-momentum': { optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }) },
  'sgd-nesterov-weight-decay': {
    optimizer: sgd({ learningRate: 0.05, momentum: 0.8, nesterov: true, weightDecay: 0.1 }),
  },
  adam: { optimizer: adam({ learningRate: 0.03, betas: [0.9, 0.98], epsilon: 1e-9 }) },
  'adam-l2': { optimizer: adam({ learningRate: 0.03, weightDecay: 0.2 }) },
  adamw: { optimizer: adamW({ learningRate: 0.03, groups: everything(0.2) }) },
  'adamw-decay-groups-warmup-clip': {
    optimizer: adamW({
      learningRate: linearWarmup({ peak: 0.05, warmupSteps: 3, totalSteps: 10 }),
      epsilon: 1e-6,
      weightDecay: 0.1,
    }),
    clipNorm: 0.5,
  },
  'hf-adamw-no-bias-correction (BertAdam)': {
    optimizer: adamW({ learningRate: 0.01, epsilon: 1e-6, biasCorrection: false, groups: everything(0.01) }),
  },
};

describe('optimizers equal PyTorch', () => {
  test.each(Object.entries(optimizers))('%s', async (name, { optimizer, clipNorm }) => {
    const trace = traces.traces.find((trace) => trace.name === name)!;
    const model = new Perceptron([3, 4, 2]);
    for (const [path, matrix] of Object.entries(traces.initial)) {
      model[path as 'w1'].assign(Float32Array.from(transposed(matrix)));
    }
    const batch: Rows = { x: rows(traces.X), y: rows(traces.Y) };

    const history = await fit(model, [batch], { optimizer, clipNorm, steps: 10 });

    expectClose(history.losses, numbers(trace.losses));
    expectClose(history.learningRates, numbers(trace.learning_rates));
    expectClose(history.gradientNorms, numbers(trace.grad_norms_before_clipping));
    for (const [path, matrix] of Object.entries(trace.params_after)) {
      expectClose([...(await model[path as 'w1'].read())], transposed(matrix));
    }
    model.dispose();
  });

  test('the traces tell the optimizers apart', () => {
    const ends = Object.keys(optimizers).map((name) => {
      const { params_after } = traces.traces.find((trace) => trace.name === name)!;
      return params_after.w1.data[0]!;
    });
    const sorted = ends.sort((a, b) => a - b);
    for (const [index, end] of sorted.slice(1).entries()) expect(end - sorted[index]!).toBeGreaterThan(5e-4);
  });
});

describe('parameter groups', () => {
  const batch: Rows = { x: [noise(3)], y: [noise(2, 5)] };

  test('one without a match is refused, and so is what is no array', () => {
    const withGroups = (groups: unknown) => adamW({ learningRate: 0.1, groups: groups as [] });
    expect(() => withGroups([{ frozen: true }])).toThrow('adamW: groups[0] has no match');
    expect(() => withGroups({ match: () => true })).toThrow('adamW: groups is no array of groups.');
  });

  test('a frozen group stays, and a learning rate scale of 0 does the same', async () => {
    const model = new Perceptron([3, 4, 2]);
    const before = [...(await model.w1.read()), ...(await model.b1.read())];
    const groups = [
      { match: (path: string) => path === 'w1', frozen: true },
      { match: (path: string) => path === 'b1', learningRateScale: 0 },
    ];
    await fit(model, [batch], { optimizer: adamW({ learningRate: 0.1, groups }), steps: 3 });
    expect([...(await model.w1.read()), ...(await model.b1.read())]).toEqual(before);
  });

  test('the first group that matches counts, and its learning rate is scaled', async () => {
    const [slow, plain] = [new Perceptron([3, 4, 2]), new Perceptron([3, 4, 2])];
    const start = await slow.w1.read();
    const groups = [
      { match: (path: string) => path === 'w1', learningRateScale: 0.5 },
      { match: () => true, frozen: true },
    ];
    await fit(slow, [batch], { optimizer: sgd({ learningRate: 0.1, groups }), steps: 1 });
    await fit(plain, [batch], { optimizer: sgd({ learningRate: 0.1 }), steps: 1 });
    const [slowEnd, plainEnd] = [await slow.w1.read(), await plain.w1.read()];
    for (const [index, value] of start.entries()) {
      expect(slowEnd[index]! - value).toBeCloseTo((plainEnd[index]! - value) / 2, 6);
    }
  });

  test('AdamW decays matrices and leaves vectors alone', async () => {
    const model = new Perceptron([3, 4, 2]);
    model.b1.assign(Float32Array.of(1, 1, 1, 1));
    const w2 = await model.w2.read();
    // Where the output is right, gradients are 0 but for rounding, which an epsilon of 1 makes harmless.
    const still = { x: [[0, 0, 0]], y: [await predictionOf(model)] };
    const w1 = await model.w1.read();
    await fit(model, [still], { optimizer: adamW({ learningRate: 0.1, weightDecay: 0.5, epsilon: 1 }), steps: 1 });
    expectClose(
      [...(await model.w1.read())],
      [...w1].map((value) => value * 0.95),
    );
    expectClose(
      [...(await model.w2.read())],
      [...w2].map((value) => value * 0.95),
      1e-3,
    );
    expect([...(await model.b1.read())].every((value) => Math.abs(value - 1) < 1e-3)).toBe(true);
  });
});

async function predictionOf(model: Perceptron): Promise<number[]> {
  const [w2, b1] = [await model.w2.read(), await model.b1.read()];
  return [0, 1].map((column) => b1.reduce((sum, b, row) => sum + Math.tanh(b) * w2[2 * row + column]!, 0));
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-4): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) {
    expect(Math.abs(actual[index]! - value)).toBeLessThanOrEqual(tolerance + tolerance * Math.abs(value));
  }
}

function numbers(list: number[] | Matrix): number[] {
  return Array.isArray(list) ? list : list.data;
}

function rows({ shape, data }: Matrix): number[][] {
  return Array.from({ length: shape[0]! }, (_, row) => data.slice(row * shape[1]!, (row + 1) * shape[1]!));
}

/** PyTorch keeps [out, in], this library [in, out]. */
function transposed({ shape, data }: Matrix): number[] {
  if (shape.length === 1) return data;
  const [outSize, inSize] = shape as [number, number];
  return Array.from(
    { length: data.length },
    (_, index) => data[(index % outSize) * inSize + Math.floor(index / outSize)]!,
  );
}
