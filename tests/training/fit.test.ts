import { add, backend, log, memory, mul, scalar, sqrt, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { BackendError, ConfigError, TrainingError } from 'sesame-nlp/errors';
import { createGpt } from 'sesame-nlp/models';
import { type ForwardOptions, freeze, type Loss, type RandomStream } from 'sesame-nlp/nn';
import { adam, adamW, earlyStopping, evaluate, fit, sgd, type TrainingCallback } from 'sesame-nlp/training';
import { describe, expect, test } from 'vitest';
import { curveBatches, LinearRegression, noise, Perceptron, type Rows, weightsOf } from './models.js';

const optimizer = sgd({ learningRate: 0.1 });

describe('fit learns', () => {
  test('least squares to the optimum of the normal equations', async () => {
    const x = Array.from({ length: 40 }, (_, row) => noise(2, row));
    const y = x.map(([a, b], row) => [3 * a! - 2 * b! + 0.5 + 0.3 * noise(1, 100 + row)[0]!]);
    const model = new LinearRegression(2, 1);
    const { losses } = await fit(model, [{ x, y }], {
      optimizer: sgd({ learningRate: 0.3, momentum: 0.9 }),
      steps: 300,
    });
    const [a, b, intercept] = leastSquares(
      x.map((row) => [...row, 1]),
      y.flat(),
    );
    const { weight, bias } = await weightsOf(model);
    expect(weight![0]).toBeCloseTo(a!, 4);
    expect(weight![1]).toBeCloseTo(b!, 4);
    expect(bias![0]).toBeCloseTo(intercept!, 4);
    const residuals = x.map(([p, q], row) => (a! * p! + b! * q! + intercept! - y[row]![0]!) ** 2);
    expect(losses.at(-1)).toBeCloseTo(residuals.reduce((sum, r) => sum + r, 0) / 40, 5);
    model.dispose();
  });

  test('the next token of a short text with a tiny GPT', async () => {
    const model = createGpt({
      vocabSize: 7,
      maxPositions: 8,
      dModel: 16,
      numLayers: 2,
      numHeads: 2,
      dropout: 0.1,
      seed: 1,
    });
    const batch = { tokenIds: [[1, 2, 3, 4, 5, 6, 1, 2]] };
    const { losses, counts } = await fit(model, [batch], {
      optimizer: adamW({ learningRate: 1e-2 }),
      steps: 40,
      clipNorm: 1,
    });
    expect(losses[0]).toBeGreaterThan(1.5);
    expect((await evaluate(model, [batch])).loss).toBeLessThan(0.1);
    expect(counts.every((count) => count === 7)).toBe(true);
    model.dispose();
  });
});

describe('accumulated micro-batches', () => {
  test('of unequal size equal the one big batch, with clipping', async () => {
    const [rows] = curveBatches(1, 8);
    const part = (start: number, end: number) => ({ x: rows!.x.slice(start, end), y: rows!.y.slice(start, end) });
    const [whole, parts] = [new Perceptron([3, 8, 2]), new Perceptron([3, 8, 2])];
    const options = { optimizer: adam({ learningRate: 0.05 }), steps: 5, clipNorm: 0.2 };
    const one = await fit(whole, [rows!], options);
    const three = await fit(parts, [part(0, 1), part(1, 3), part(3, 8)], { ...options, accumulate: 3 });
    for (const key of ['losses', 'gradientNorms', 'counts'] as const) {
      for (const [index, value] of one[key].entries()) expect(three[key][index]).toBeCloseTo(value, 5);
    }
    expect(one.gradientNorms[0]).toBeGreaterThan(0.2);
    const [wholeWeights, partWeights] = [await weightsOf(whole), await weightsOf(parts)];
    for (const [path, values] of Object.entries(wholeWeights)) {
      for (const [index, value] of values.entries()) expect(partWeights[path]![index]).toBeCloseTo(value, 5);
    }
    whole.dispose();
    parts.dispose();
  });

  test('run on across the end of an epoch, and the last step of the last epoch takes what is left', async () => {
    const counts: number[] = [];
    const model = new LinearRegression(3, 2);
    const history = await fit(model, curveBatches(5, 1), {
      optimizer,
      epochs: 2,
      accumulate: 4,
      callbacks: [{ onStep: ({ count }) => void counts.push(count) }],
    });
    expect(counts).toEqual([8, 8, 4]); // two numbers a row: four rows, four rows, two rows
    expect(history.steps).toEqual([1, 2, 3]);
    expect(history.ending).toBe('finished');
    model.dispose();
  });
});

/** Goes wrong at one step. */
class Failing extends Perceptron {
  calls = 0;
  constructor(
    readonly failure: (loss: Loss, model: Failing) => Loss,
    readonly failingCall: number,
  ) {
    super([3, 4, 2]);
  }
  override loss(batch: Rows, options: ForwardOptions = {}): Loss {
    const loss = super.loss(batch, options);
    this.calls++;
    return this.calls === this.failingCall ? this.failure(loss, this) : loss;
  }
}

describe('a step that goes wrong', () => {
  const notANumber = ({ total, count }: Loss) => ({ total: mul(total, log(scalar(-1))) as Tensor, count });
  const infinite = ({ total, count }: Loss) => ({ total: mul(total, scalar(Number.POSITIVE_INFINITY)), count });
  // The derivative of sqrt at 0 is infinite, though the loss is a number.
  const infiniteGradient = ({ total, count }: Loss, model: Failing) => {
    const zero = sub(model.w1.value, model.w1.value.clone());
    return { total: add(total, sqrt(sum(mul(zero, model.w1.value)))), count };
  };
  const uncounted = ({ total }: Loss) => ({ total, count: scalar(0) });

  test.each([
    ['a loss that is NaN', notANumber, 'the loss is NaN at step 3'],
    ['an infinite loss', infinite, 'the loss is Infinity at step 3'],
    ['a gradient that is no number', infiniteGradient, "the gradient's norm is"],
    ['a batch without a counted label', uncounted, 'no label counts at step 3'],
  ])('%s stops training before the update, and names the step', async (_, failure, message) => {
    const [model, good] = [new Failing(failure, 3), new Perceptron([3, 4, 2])];
    const options = { optimizer: adam({ learningRate: 0.05 }) };
    const failed = fit(model, curveBatches(4, 2), { ...options, steps: 10 });
    await expect(failed).rejects.toThrow(TrainingError);
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toThrow('those after step 2');
    await fit(good, curveBatches(4, 2), { ...options, steps: 2 });
    expect(await weightsOf(model)).toEqual(await weightsOf(good));
  });

  test('a loss that is NaN in one of several micro-batches is found', async () => {
    const model = new Failing(notANumber, 6);
    await expect(fit(model, curveBatches(4, 2), { optimizer, steps: 10, accumulate: 4 })).rejects.toThrow('at step 2');
  });

  test('a schedule that gives no number is refused with the step', async () => {
    const schedule = sgd({ learningRate: (step) => (step === 1 ? Number.NaN : 0.1) });
    const failed = fit(new Perceptron([3, 4, 2]), curveBatches(4, 2), { optimizer: schedule, steps: 3 });
    await expect(failed).rejects.toThrow('the learning rate is NaN at step 2');
  });

  test('an error of the model comes through, and nothing leaks', async () => {
    const boom = () => {
      throw new RangeError('boom');
    };
    const model = new Failing(boom, 5);
    await fit(model, curveBatches(4, 2), { optimizer: adam({ learningRate: 0.05 }), steps: 2 });
    const before = memory().numTensors;
    const failed = fit(model, curveBatches(4, 2), { optimizer: adam({ learningRate: 0.05 }), steps: 9, accumulate: 2 });
    await expect(failed).rejects.toThrow(new RangeError('boom'));
    expect(model.calls).toBe(5);
    expect(memory().numTensors).toBe(before);
  });

  test('a lost graphics context is found before the update', async () => {
    const model = new Perceptron([3, 4, 2]);
    const gpu = backend() as { gpgpu?: unknown };
    const good = new Perceptron([3, 4, 2]);
    let lost = false;
    gpu.gpgpu = { gl: { isContextLost: () => lost, canvas: new EventTarget() } };
    try {
      const loseIt = ({ step }: { step: number }) => {
        lost = step === 2;
      };
      const callbacks = [{ onStep: loseIt }];
      const failed = fit(model, curveBatches(4, 2), { optimizer, steps: 9, callbacks });
      await expect(failed).rejects.toThrow(BackendError);
      await expect(failed).rejects.toThrow('after step 2');
    } finally {
      delete gpu.gpgpu;
    }
    await fit(good, curveBatches(4, 2), { optimizer, steps: 2 });
    expect(await weightsOf(model)).toEqual(await weightsOf(good));
  });
});

describe('tensors', () => {
  test('a step keeps none, whatever the optimizer', async () => {
    for (const optimizer of [sgd({ learningRate: 0.1, momentum: 0.9 }), adamW({ learningRate: 0.1 })]) {
      const seen = new Map<number, number>();
      const callbacks = [{ onStep: ({ step }: { step: number }) => void seen.set(step, memory().numTensors) }];
      const model = new Perceptron([3, 4, 2], { dropoutRate: 0.2 });
      const before = memory().numTensors;
      const evaluation = { batches: curveBatches(2, 2), every: 2 };
      await fit(model, curveBatches(4, 2), { optimizer, steps: 10, accumulate: 2, callbacks, evaluate: evaluation });
      expect(seen.get(10)).toBe(seen.get(3));
      model.dispose();
      expect(memory().numTensors).toBe(before);
    }
  });

  test('the optimizer frees what it remembers', async () => {
    const model = new Perceptron([3, 4, 2]);
    await weightsOf(model);
    const before = memory().numTensors;
    await fit(model, curveBatches(4, 2), { optimizer: adam({ learningRate: 0.1 }), steps: 2 });
    expect(memory().numTensors).toBe(before);
  });
});

describe('batches', () => {
  test('may be asynchronous, or made anew for each epoch by a function that is told its number', async () => {
    const epochs: number[] = [];
    const batches = async function* (epoch: number) {
      epochs.push(epoch);
      yield* curveBatches(2, 2);
    };
    const { steps } = await fit(new Perceptron([3, 4, 2]), batches, { optimizer, steps: 5 });
    expect(steps).toEqual([1, 2, 3, 4, 5]);
    expect(epochs).toEqual([0, 1, 2]);
  });

  test('a generator gets the chance to clean up', async () => {
    let open = 0;
    const batches = function* () {
      open++;
      try {
        yield* curveBatches(9, 2);
      } finally {
        open--;
      }
    };
    await fit(new Perceptron([3, 4, 2]), batches, { optimizer, steps: 3 });
    expect(open).toBe(0);
    await expect(
      fit(
        new Failing(() => {
          throw new Error('boom');
        }, 2),
        batches,
        { optimizer, steps: 3 },
      ),
    ).rejects.toThrow('boom');
    expect(open).toBe(0);
  });

  test('that are empty, or a generator that is used up, are refused', async () => {
    const model = new Perceptron([3, 4, 2]);
    await expect(fit(model, [] as Rows[], { optimizer, steps: 1 })).rejects.toThrow('nothing to train on');
    const usedUp = (function* () {
      yield* curveBatches(2, 2);
    })();
    await expect(fit(model, usedUp, { optimizer, steps: 3 })).rejects.toThrow('A generator can be read only once');
  });

  test('that are no list of batches, such as a single batch, are refused', async () => {
    const single = curveBatches(1, 2)[0];
    for (const batches of [single, undefined, Promise.resolve([single]), () => undefined]) {
      const given = batches as unknown as Rows[];
      const training = fit(new Perceptron([3, 4, 2]), given, { optimizer, steps: 1 });
      await expect(training).rejects.toThrow(TrainingError);
      await expect(evaluate(new Perceptron([3, 4, 2]), given)).rejects.toThrow('A single batch goes into an array');
    }
  });
});

describe('callbacks', () => {
  const spy = (name: string, log: string[]): TrainingCallback => ({
    onStart: ({ step }) => void log.push(`${name} start ${step}`),
    onStep: ({ step }) => void log.push(`${name} step ${step}`),
    onEvaluation: ({ step }) => void log.push(`${name} evaluation ${step}`),
    onEnd: ({ ending }) => void log.push(`${name} ${ending}`),
  });

  test('are told of everything, in their order, and once of the last evaluation', async () => {
    const log: string[] = [];
    await fit(new Perceptron([3, 4, 2]), curveBatches(2, 2), {
      optimizer,
      steps: 3,
      evaluate: { batches: curveBatches(1, 2), every: 2 },
      callbacks: [spy('a', log), spy('b', log)],
    });
    const events = ['start 0', 'step 1', 'step 2', 'evaluation 2', 'step 3', 'evaluation 3', 'finished'];
    expect(log).toEqual(events.flatMap((event) => [`a ${event}`, `b ${event}`]));
  });

  test.each(['onStart', 'onStep', 'onEvaluation'] as const)('%s may stop training', async (event) => {
    const callback: TrainingCallback = { [event]: async () => 'stop' as const };
    const history = await fit(new Perceptron([3, 4, 2]), curveBatches(2, 2), {
      optimizer,
      steps: 10,
      evaluate: { batches: curveBatches(1, 2), every: 2 },
      callbacks: [callback],
    });
    expect(history.steps.length).toBe({ onStart: 0, onStep: 1, onEvaluation: 2 }[event]);
    expect(history.ending).toBe('stopped');
  });

  test('hear of the end when one of them throws', async () => {
    const log: string[] = [];
    const failing: TrainingCallback = {
      onStep: () => {
        throw new Error('boom');
      },
      onEnd: () => {
        throw new Error('also boom');
      },
    };
    const failed = fit(new Perceptron([3, 4, 2]), curveBatches(2, 2), {
      optimizer,
      steps: 3,
      callbacks: [failing, spy('b', log)],
    });
    await expect(failed).rejects.toThrow(new Error('boom'));
    expect(log).toEqual(['b start 0', 'b failed']);
  });
});

describe('an abort', () => {
  test('ends training after the step; the weights are those of that step', async () => {
    const [model, other] = [new Perceptron([3, 4, 2]), new Perceptron([3, 4, 2])];
    const controller = new AbortController();
    const callbacks = [{ onStep: ({ step }: { step: number }) => void (step === 3 && controller.abort()) }];
    const { signal } = controller;
    const history = await fit(model, curveBatches(2, 2), { optimizer, steps: 10, callbacks, signal });
    expect([history.ending, history.steps]).toEqual(['aborted', [1, 2, 3]]);
    await fit(other, curveBatches(2, 2), { optimizer, steps: 3 });
    expect(await weightsOf(model)).toEqual(await weightsOf(other));
  });

  test('that came before the start leaves the model as it is', async () => {
    const model = new Perceptron([3, 4, 2]);
    const before = await weightsOf(model);
    const history = await fit(model, curveBatches(2, 2), { optimizer, steps: 10, signal: AbortSignal.abort() });
    expect([history.ending, history.steps]).toEqual(['aborted', []]);
    expect(await weightsOf(model)).toEqual(before);
  });

  test('cuts an evaluation short', async () => {
    const controller = new AbortController();
    let evaluated = 0;
    const batches = function* () {
      for (const batch of curveBatches(100, 2)) {
        if (++evaluated === 5) controller.abort();
        yield batch;
      }
    };
    const { signal } = controller;
    const history = await fit(new Perceptron([3, 4, 2]), curveBatches(2, 2), {
      optimizer,
      steps: 10,
      signal,
      evaluate: { batches, every: 1 },
    });
    expect(history.ending).toBe('aborted');
    expect(history.evaluations).toEqual([]);
    expect(evaluated).toBeLessThan(10);
  });
});

test('training lets timers run', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const slow = { onStep: () => busy(5) };
  await fit(new Perceptron([3, 4, 2]), curveBatches(2, 2), { optimizer, steps: 60, callbacks: [slow] });
  clearInterval(timer);
  expect(ticks).toBeGreaterThanOrEqual(5); // 300 ms and more are at least 18 frames
});

test('evaluation lets timers run', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const slow = function* () {
    for (const batch of curveBatches(60, 2)) {
      busy(5);
      yield batch;
    }
  };
  await evaluate(new Perceptron([3, 4, 2]), slow);
  clearInterval(timer);
  expect(ticks).toBeGreaterThanOrEqual(5);
});

test('one seed trains one model, dropout included; another seed another', async () => {
  const train = async (seed: number) => {
    const model = new Perceptron([3, 16, 2], { dropoutRate: 0.5 });
    const history = await fit(model, curveBatches(3, 2), { optimizer, steps: 6, accumulate: 2, seed });
    return { history, weights: await weightsOf(model) };
  };
  const [first, second, other] = [await train(1), await train(1), await train(2)];
  expect(second).toEqual(first);
  expect(other.weights).not.toEqual(first.weights);
});

test('every micro-batch gets randomness of its own', async () => {
  const drawn: number[] = [];
  class Listening extends Perceptron {
    override loss(batch: Rows, options: ForwardOptions = {}): Loss {
      drawn.push((options.random as RandomStream).nextSeed());
      return super.loss(batch, options);
    }
  }
  await fit(new Listening([3, 4, 2]), curveBatches(3, 2), { optimizer, steps: 5, accumulate: 3 });
  expect(new Set(drawn).size).toBe(15);
});

describe('evaluate', () => {
  test('weighs batches by what they count', async () => {
    const model = new Perceptron([3, 4, 2], { dropoutRate: 0.5 });
    const [rows] = curveBatches(1, 8);
    const part = (start: number, end: number) => ({ x: rows!.x.slice(start, end), y: rows!.y.slice(start, end) });
    const whole = await evaluate(model, [rows!]);
    const parts = await evaluate(model, [part(0, 1), part(1, 8)], {
      metrics: { perplexity: ({ loss }) => Math.exp(loss), later: async () => 7 },
    });
    expect(parts.loss).toBeCloseTo(whole.loss, 6);
    expect(parts.count).toBe(16);
    expect(parts.metrics).toEqual({ perplexity: Math.exp(parts.loss), later: 7 });
  });

  test('of nothing is refused', async () => {
    await expect(evaluate(new Perceptron([3, 4, 2]), [])).rejects.toThrow('batches are empty');
  });

  test('that is no number stops fit and names the step', async () => {
    const model = new Failing(({ count }) => ({ total: log(scalar(-1)), count }), 3);
    const failed = fit(model, curveBatches(2, 2), {
      optimizer,
      steps: 4,
      evaluate: { batches: curveBatches(1, 2), every: 2 },
    });
    await expect(failed).rejects.toThrow('the evaluation loss is NaN after step 2');
  });
});

describe('options', () => {
  const model = new Perceptron([3, 4, 2]);
  test.each([
    ['no end', { optimizer }, 'neither steps nor epochs'],
    ['a misspelt option', { optimizer, steps: 1, clipnorm: 1 }, 'Did you mean clipNorm?'],
    [
      'a misspelt option of evaluate',
      { optimizer, steps: 1, evaluate: { batches: [], evry: 1 } },
      'Did you mean every?',
    ],
    ['no optimizer', { steps: 1 }, 'Try optimizer: adamW'],
    ['half a step', { optimizer, steps: 0.5 }, 'steps is 0.5'],
    ['a clipNorm of 0', { optimizer, steps: 1, clipNorm: 0 }, '> 0'],
    ['a controller as the signal', { optimizer, steps: 1, signal: new AbortController() }, 'its .signal'],
    ['an evaluation of nothing', { optimizer, steps: 1, evaluate: { every: 1 } }, 'evaluate has no batches'],
    ['a callback without brackets', { optimizer, steps: 1, callbacks: { onStep: () => {} } }, 'with brackets'],
    ['a callback that was not called', { optimizer, steps: 1, callbacks: [earlyStopping] }, 'and parentheses'],
    ['a checkpoint without a store', { optimizer, steps: 1, checkpoint: { every: 1 } }, 'checkpoint has no store'],
    ['a path as the store', { optimizer, steps: 1, checkpoint: { store: 'here' } }, 'directoryStore(path)'],
    ['resuming from nowhere', { optimizer, steps: 1, resume: true }, 'resume needs a checkpoint'],
  ])('%s: refused with what to do', async (_, options, message) => {
    const failed = fit(model, curveBatches(1, 2), options as never);
    await expect(failed).rejects.toThrow(ConfigError);
    await expect(failed).rejects.toThrow(message);
  });

  test('a model that is frozen as a whole is refused', async () => {
    const frozen = new Perceptron([3, 4, 2]);
    freeze(frozen);
    await expect(fit(frozen, curveBatches(1, 2), { optimizer, steps: 1 })).rejects.toThrow('Use unfreeze(model)');
  });

  test('a frozen parameter stays', async () => {
    const model = new Perceptron([3, 4, 2]);
    model.w1.trainable = false;
    const before = await weightsOf(model);
    await fit(model, curveBatches(1, 2), { optimizer, steps: 2 });
    const after = await weightsOf(model);
    expect(after.w1).toEqual(before.w1);
    expect(after.w2).not.toEqual(before.w2);
  });
});

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** The coefficients of the least squared error, by Gauss's elimination of the normal equations. */
function leastSquares(x: readonly number[][], y: readonly number[]): number[] {
  const size = x[0]!.length;
  const rows = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (_, j) => x.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
    x.reduce((sum, row, index) => sum + row[i]! * y[index]!, 0),
  ]);
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = rows[row]![pivot]! / rows[pivot]![pivot]!;
      for (let column = pivot; column <= size; column++) rows[row]![column]! -= factor * rows[pivot]![column]!;
    }
  }
  return rows.map((row, index) => row[size]! / row[index]!);
}
