import { crc32 } from 'node:zlib';
import { memory } from '@tensorflow/tfjs-core';
import { type CheckpointStore, memoryStore } from 'sesame-nlp/checkpoints';
import { CheckpointError, ConfigError, TrainingError } from 'sesame-nlp/errors';
import { type AnyModule, namedParameters, RandomStream } from 'sesame-nlp/nn';
import { hashSeed } from 'sesame-nlp/ops';
import { adam, adamW, cosine, earlyStopping, type FitOptions, fit, muon, sgd } from 'sesame-nlp/training';
import { describe, expect, test } from 'vitest';
import { readFixture } from '../support/fixtures.js';
import { curveBatches, noise, Perceptron, type Rows, weightsOf } from './models.js';

const STEPS = 12;

/** Batches that shuffle anew at each iteration and can tell where they are. */
function shuffledBatches(tellsState: boolean) {
  const batches = curveBatches(5, 2);
  let place = { epoch: -1, batch: 0 };
  let restored = false;
  const shuffled = {
    *[Symbol.iterator]() {
      if (!restored) place = { epoch: place.epoch + 1, batch: 0 };
      restored = false;
      const order = noise(batches.length, place.epoch);
      const indices = [...batches.keys()].sort((a, b) => order[a]! - order[b]!);
      while (place.batch < indices.length) yield batches[indices[place.batch++]!]!;
    },
  };
  if (!tellsState) return shuffled;
  return Object.assign(shuffled, {
    state: () => ({ ...place }),
    restore(state: unknown) {
      place = { ...(state as typeof place) };
      restored = true;
    },
  });
}

const sources = {
  'an array': () => curveBatches(5, 2),
  'batches that tell their state': () => shuffledBatches(true),
  'batches that are replayed': () => shuffledBatches(false),
  'a function of the epoch': () => (epoch: number) => (epoch % 2 === 0 ? curveBatches(3, 2) : curveBatches(4, 3)),
};

const newModel = (seed = 1) => new Perceptron([3, 6, 2], { dropoutRate: 0.3, seed });

/** Everything that has a state, at once. */
const newOptions = (): FitOptions<Rows> => ({
  optimizer: muon({
    learningRate: cosine({ peak: 0.02, warmupSteps: 2, totalSteps: STEPS }),
    momentumWarmup: { from: 0.5, steps: 8 },
    adamW: { learningRate: 0.02 },
  }),
  steps: STEPS,
  accumulate: 2,
  clipNorm: 1,
  seed: 5,
  evaluate: { batches: curveBatches(1, 4), every: 3, metrics: { nothing: () => Number.NaN } },
  callbacks: [earlyStopping({ patience: 3, minDelta: 0.05 })],
});

describe('a training that is cut at a step goes on to the same bits', () => {
  test.each(Object.entries(sources))('with %s', async (_, newBatches) => {
    const whole = memoryStore();
    const model = newModel();
    const history = await fit(model, newBatches(), { ...newOptions(), checkpoint: { store: whole, every: 1 } });
    const last = await contents(whole.folder((await whole.list()).at(-1)!));
    expect(history.evaluations.length).toBeGreaterThan(2);

    for (let cut = 1; cut < history.steps.length; cut++) {
      const store = await cutAfter(whole, cut);
      const resumed = newModel(99);
      const options = { ...newOptions(), checkpoint: { store, every: 1 }, resume: true };
      expect(await fit(resumed, newBatches(), options)).toEqual(history);
      expect(await weightsOf(resumed)).toEqual(await weightsOf(model));
      expect(await contents(store.folder((await store.list()).at(-1)!))).toEqual(last);
      resumed.dispose();
    }
    model.dispose();
  });

  test('and so does one that was aborted after any of its steps', async () => {
    const model = newModel();
    const history = await fit(model, shuffledBatches(true), newOptions());
    const store = memoryStore();
    const resumed = newModel();
    for (let cut = 1; cut < history.steps.length; cut++) {
      const controller = new AbortController();
      const options = newOptions();
      const abort = { onStep: ({ step }: { step: number }) => void (step === cut && controller.abort()) };
      const aborted = await fit(resumed, shuffledBatches(true), {
        ...options,
        callbacks: [...options.callbacks!, abort],
        signal: controller.signal,
        checkpoint: { store },
        resume: true,
      });
      expect([aborted.ending, aborted.steps.length]).toEqual(['aborted', cut]);
    }
    const end = await fit(resumed, shuffledBatches(true), { ...newOptions(), checkpoint: { store }, resume: true });
    expect(end).toEqual(history);
    expect(await weightsOf(resumed)).toEqual(await weightsOf(model));
  });

  test('an evaluation that an abort cut short is made up', async () => {
    const newRun = () => ({ ...newOptions(), steps: 6 });
    const model = newModel();
    const history = await fit(model, curveBatches(5, 2), newRun());
    const store = memoryStore();
    const controller = new AbortController();
    const batches = function* () {
      controller.abort();
      yield* curveBatches(1, 4);
    };
    const evaluate = { ...newRun().evaluate!, batches };
    const resumed = newModel();
    const first = { ...newRun(), evaluate, signal: controller.signal, checkpoint: { store } };
    expect((await fit(resumed, curveBatches(5, 2), first)).evaluations).toEqual([]);
    expect(await fit(resumed, curveBatches(5, 2), { ...newRun(), checkpoint: { store }, resume: true })).toEqual(
      history,
    );
  });

  test('with epochs instead of steps, from the very end too', async () => {
    const newRun = () => ({ optimizer: adam({ learningRate: 0.01 }), epochs: 2, accumulate: 2 });
    const whole = memoryStore();
    const model = newModel();
    const history = await fit(model, curveBatches(5, 2), { ...newRun(), checkpoint: { store: whole, every: 1 } });
    expect(history.steps.length).toBe(5);
    for (let cut = 1; cut <= 5; cut++) {
      const resumed = newModel(99);
      const options = { ...newRun(), checkpoint: { store: await cutAfter(whole, cut) }, resume: true };
      expect(await fit(resumed, curveBatches(5, 2), options)).toEqual(history);
      expect(await weightsOf(resumed)).toEqual(await weightsOf(model));
    }
  });

  test('to more steps than were planned', async () => {
    const newRun = (steps: number) => ({ optimizer: adam({ learningRate: 0.01 }), steps });
    const [model, resumed, store] = [newModel(), newModel(), memoryStore()];
    const history = await fit(model, curveBatches(5, 2), newRun(9));
    await fit(resumed, curveBatches(5, 2), { ...newRun(4), checkpoint: { store } });
    const options = { ...newRun(9), checkpoint: { store }, resume: true };
    expect(await fit(resumed, curveBatches(5, 2), options)).toEqual(history);
    expect(await weightsOf(resumed)).toEqual(await weightsOf(model));
  });

  test('and keeps no tensor', async () => {
    const store = memoryStore();
    const model = newModel();
    await fit(model, curveBatches(5, 2), { ...newOptions(), steps: 4, checkpoint: { store } });
    const before = memory().numTensors;
    await fit(model, curveBatches(5, 2), { ...newOptions(), checkpoint: { store, every: 2 }, resume: true });
    expect(memory().numTensors).toBe(before);
  });
});

describe('the best weights', () => {
  // Rises after the third evaluation, so that patience 2 ends the training at the fifth.
  const values = [5, 4, 3, 3.5, 3.2, 1, 1, 1];
  const newRun = (log?: number[]): FitOptions<Rows> => {
    const metrics = { score: ({ model }: { model: unknown }) => values[evaluationsOf(model as Perceptron)]! };
    return {
      optimizer: sgd({ learningRate: 0.01 }),
      steps: 20,
      evaluate: { batches: curveBatches(1, 2), every: 2, metrics },
      callbacks: [
        earlyStopping({ patience: 2, metric: 'score' }),
        { onEvaluation: ({ step }) => void log?.push(step) },
      ],
    };
  };
  const counts = new WeakMap<Perceptron, number>();
  const evaluationsOf = (model: Perceptron) => {
    const count = counts.get(model) ?? 0;
    counts.set(model, count + 1);
    return count;
  };

  test('come back when training stops early', async () => {
    const log: number[] = [];
    const [model, best] = [newModel(), newModel()];
    const history = await fit(model, curveBatches(5, 2), newRun(log));
    expect(log).toEqual([2, 4, 6, 8, 10]);
    expect(history.ending).toBe('stopped');
    await fit(best, curveBatches(5, 2), { optimizer: sgd({ learningRate: 0.01 }), steps: 6 });
    expect(await weightsOf(model)).toEqual(await weightsOf(best));
  });

  test('survive a resume after they were found, and a second resume after the end', async () => {
    const [model, store] = [newModel(), memoryStore()];
    const history = await fit(model, curveBatches(5, 2), { ...newRun(), checkpoint: { store, every: 1 } });
    for (const cut of [7, 9, 10]) {
      const resumed = newModel(99);
      counts.set(resumed, Math.floor(cut / 2));
      const options = { ...newRun(), checkpoint: { store: await cutAfter(store, cut) }, resume: true };
      expect(await fit(resumed, curveBatches(5, 2), options)).toEqual(history);
      expect(await weightsOf(resumed)).toEqual(await weightsOf(model));
    }
  });

  test('stay away after an abort, from which training can go on', async () => {
    const controller = new AbortController();
    const [model, last] = [newModel(), newModel()];
    const options = newRun();
    const abort = { onStep: ({ step }: { step: number }) => void (step === 9 && controller.abort()) };
    const callbacks = [...options.callbacks!, abort];
    await fit(model, curveBatches(5, 2), { ...options, callbacks, signal: controller.signal });
    await fit(last, curveBatches(5, 2), { optimizer: sgd({ learningRate: 0.01 }), steps: 9 });
    expect(await weightsOf(model)).toEqual(await weightsOf(last));
  });

  test('are the largest with mode max, and an improvement below minDelta is none', async () => {
    const scores = [1, 2, 2.05, 1.5, 9];
    const model = newModel();
    const history = await fit(model, curveBatches(5, 2), {
      ...newRun(),
      evaluate: { batches: curveBatches(1, 2), every: 1, metrics: { score: () => scores.shift()! } },
      callbacks: [earlyStopping({ patience: 2, metric: 'score', mode: 'max', minDelta: 0.1 })],
    });
    expect(history.steps.length).toBe(4);
    const best = newModel();
    await fit(best, curveBatches(5, 2), { optimizer: sgd({ learningRate: 0.01 }), steps: 2 });
    expect(await weightsOf(model)).toEqual(await weightsOf(best));
  });

  test('one callback may serve two trainings', async () => {
    const stopping = earlyStopping({ patience: 1 });
    const run = { ...newRun(), steps: 4, callbacks: [stopping], evaluate: { batches: curveBatches(1, 2), every: 1 } };
    const [first, second] = [
      await fit(newModel(), curveBatches(5, 2), run),
      await fit(newModel(), curveBatches(5, 2), run),
    ];
    expect(second).toEqual(first);
  });

  test.each([
    ['a metric that is not there', { patience: 1, metric: 'f1' }, 'has no metric f1. Metrics: loss, nothing'],
    ['a metric that is NaN', { patience: 1, metric: 'nothing' }, 'nothing is NaN at step 3'],
  ])('%s is refused', async (_, options, message) => {
    const callbacks = [earlyStopping(options)];
    await expect(fit(newModel(), curveBatches(5, 2), { ...newOptions(), callbacks })).rejects.toThrow(message);
  });

  test('two early stoppings of one metric are refused', async () => {
    const callbacks = [earlyStopping({ patience: 1 }), earlyStopping({ patience: 2 })];
    const failed = fit(newModel(), curveBatches(5, 2), { ...newOptions(), callbacks });
    await expect(failed).rejects.toThrow(ConfigError);
    await expect(failed).rejects.toThrow('two callbacks with a state are named earlyStopping:loss');
  });
});

describe('damage', () => {
  const flipped = (bytes: Uint8Array, place: number) => bytes.with(place, bytes[place]! ^ 4);
  const faults: [string, string, (bytes: Uint8Array) => Uint8Array][] = [
    ['cut weights', 'model.safetensors', (bytes) => bytes.slice(0, -9)],
    ['a flipped bit in the weights', 'model.safetensors', (bytes) => flipped(bytes, bytes.length - 3)],
    ['a flipped bit in the optimizer', 'optimizer.safetensors', (bytes) => flipped(bytes, bytes.length - 3)],
    ['a flipped bit in the best weights', 'snapshot-0.safetensors', (bytes) => flipped(bytes, bytes.length - 3)],
    ['cut state', 'training.json', (bytes) => bytes.slice(0, 100)],
    ['no state at all', 'training.json', () => new Uint8Array()],
    ['a changed digit in the state', 'training.json', changedDigit],
    ['a newer format', 'training.json', newerFormat],
  ];

  test.each(faults)('%s: the checkpoint before is taken, with a warning', async (_, file, damage) => {
    const [model, store] = [newModel(), memoryStore()];
    const history = await fit(model, curveBatches(5, 2), { ...newOptions(), checkpoint: { store, every: 1 } });
    const cut = await cutAfter(store, 6);
    const newest = cut.folder('step-00000006');
    await newest.write(new Map([[file, damage(await newest.read(file))]]));

    const warnings: string[] = [];
    const checkpoint = { store: cut, every: 1, onWarning: (message: string) => void warnings.push(message) };
    const resumed = newModel(99);
    expect(await fit(resumed, curveBatches(5, 2), { ...newOptions(), checkpoint, resume: true })).toEqual(history);
    expect(await weightsOf(resumed)).toEqual(await weightsOf(model));
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toContain('step-00000006 cannot be read');
    expect(warnings[0]).toContain(damage === newerFormat ? 'has format version 2' : 'damaged');
    expect(await contents(newest)).toEqual(await contents(store.folder('step-00000006')));
  });

  test('of all checkpoints is an error, and the model stays as it is', async () => {
    const store = memoryStore();
    await store.folder('step-00000003').write(new Map([['training.json', new Uint8Array(3)]]));
    const model = newModel();
    const before = await weightsOf(model);
    const checkpoint = { store, onWarning: () => {} };
    const failed = fit(model, curveBatches(5, 2), { ...newOptions(), checkpoint, resume: true });
    await expect(failed).rejects.toThrow(CheckpointError);
    await expect(failed).rejects.toThrow('none of the 1 checkpoints can be read');
    expect(await weightsOf(model)).toEqual(before);
  });

  test('that a store does when it is full leaves the checkpoints before intact, and the weights of the last step', async () => {
    const inner = memoryStore();
    let writes = 0;
    const full: CheckpointStore = {
      ...inner,
      list: () => inner.list(),
      remove: (name) => inner.remove(name),
      folder: (name) => ({
        ...inner.folder(name),
        read: (file) => inner.folder(name).read(file),
        list: () => inner.folder(name).list(),
        write: async (files) => {
          if (++writes > 3) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
          await inner.folder(name).write(files);
        },
      }),
    };
    const [model, other] = [newModel(), newModel()];
    const before = memory().numTensors;
    const failed = fit(model, curveBatches(5, 2), { ...newOptions(), checkpoint: { store: full, every: 2 } });
    await expect(failed).rejects.toThrow(CheckpointError);
    await expect(failed).rejects.toThrow('ENOSPC');
    expect(memory().numTensors).toBe(before + 4); // the model's own four
    expect(await inner.list()).toEqual(['step-00000002', 'step-00000004', 'step-00000006']);
    const history = await fit(other, curveBatches(5, 2), newOptions());
    const resumed = await fit(model, curveBatches(5, 2), {
      ...newOptions(),
      checkpoint: { store: inner },
      resume: true,
    });
    expect(resumed).toEqual(history);
    expect(await weightsOf(model)).toEqual(await weightsOf(other));
  });
});

test.each([
  ['list', 'the checkpoints could not be listed: Error: offline'],
  ['remove', 'step-00000002 is stored, but older ones could not be removed: Error: offline'],
] as const)('a store that fails to %s says so', async (method, message) => {
  const inner = memoryStore();
  const store: CheckpointStore = {
    folder: (name) => inner.folder(name),
    list: () => inner.list(),
    remove: (name) => inner.remove(name),
    [method]: () => Promise.reject(new Error('offline')),
  };
  const failed = fit(newModel(), curveBatches(5, 2), {
    ...newOptions(),
    checkpoint: { store, every: 1, keep: 1 },
  });
  await expect(failed).rejects.toThrow(CheckpointError);
  await expect(failed).rejects.toThrow(message);
});

describe('a checkpoint of another training is refused', () => {
  const resumeWith = async (options: Partial<FitOptions<Rows>>, model = newModel()) => {
    const store = memoryStore();
    await fit(newModel(), curveBatches(5, 2), { ...newOptions(), steps: 2, checkpoint: { store } });
    await fit(model, curveBatches(5, 2), { ...newOptions(), ...options, checkpoint: { store }, resume: true });
  };

  test.each([
    ['seed', { seed: 6 }, 'its seed was 5, and is 6'],
    ['accumulation', { accumulate: 3 }, 'accumulate was 2, and is 3'],
    ['optimizer', { optimizer: adamW({ learningRate: 1e-3 }) }, 'its optimizer was muon, and is adamW'],
  ])('other %s', async (_, options, message) => {
    await expect(resumeWith(options)).rejects.toThrow(TrainingError);
    await expect(resumeWith(options)).rejects.toThrow(message);
  });

  test('other shapes, and the model stays as it is', async () => {
    const model = new Perceptron([3, 7, 2]);
    const before = await weightsOf(model);
    await expect(resumeWith({}, model)).rejects.toThrow("its parameter b1 is [6], and the model's is [7]");
    expect(await weightsOf(model)).toEqual(before);
  });

  test('other data, that ends before the place', async () => {
    const store = memoryStore();
    await fit(newModel(), curveBatches(5, 2), { ...newOptions(), steps: 2, checkpoint: { store } });
    const options = { ...newOptions(), checkpoint: { store }, resume: true };
    await expect(fit(newModel(), curveBatches(3, 2), options)).rejects.toThrow('the data ends before');
  });

  test('and a new training does not write among the checkpoints of an old one', async () => {
    const store = memoryStore();
    await fit(newModel(), curveBatches(5, 2), { ...newOptions(), steps: 2, checkpoint: { store } });
    const failed = fit(newModel(), curveBatches(5, 2), { ...newOptions(), checkpoint: { store } });
    await expect(failed).rejects.toThrow('Go on from there with resume: true');
  });
});

describe('keep', () => {
  test('leaves the newest checkpoints, and the best', async () => {
    const store = memoryStore();
    const saved: string[] = [];
    await fit(newModel(), curveBatches(5, 2), {
      optimizer: sgd({ learningRate: (step) => (step < 3 ? 0.05 : 0) }),
      steps: 9,
      checkpoint: { store, every: 1, keep: 3 },
      // The loss stays from step 3 on: the first of the lowest is the best.
      evaluate: { batches: curveBatches(1, 4), every: 1 },
      callbacks: [{ onCheckpoint: ({ folder }) => void saved.push(folder) }],
    });
    expect(saved.length).toBe(9);
    const best = 'step-00000003';
    expect(await store.list()).toEqual([best, 'step-00000007', 'step-00000008', 'step-00000009']);
  });
});

test('a checkpoint of the first format version is read for good', async () => {
  const store = memoryStore();
  const files = ['training.json', 'model.safetensors', 'optimizer.safetensors', 'snapshot-0.safetensors'];
  const entries = files.map(async (file) => [file, await readFixture(`training/checkpointV1/${file}`)] as const);
  await store.folder('step-00000007').write(new Map(await Promise.all(entries)));
  const resumed = newModel(99);
  const history = await fit(resumed, curveBatches(5, 2), { ...newOptions(), checkpoint: { store }, resume: true });
  const model = newModel();
  startAsVersion1(model);
  const expected = await fit(model, curveBatches(5, 2), newOptions());
  expect(history.evaluations.length).toBe(expected.evaluations.length);
  for (const [index, loss] of expected.losses.entries()) expect(history.losses[index]).toBeCloseTo(loss, 4);
  const [actual, weights] = [await weightsOf(resumed), await weightsOf(model)];
  for (const [path, values] of Object.entries(weights)) {
    for (const [index, value] of values.entries()) expect(actual[path]![index]).toBeCloseTo(value, 4);
  }
});

/** The weights that the training of that checkpoint began with: seeds meant other numbers then. */
function startAsVersion1(model: AnyModule): void {
  for (const [path, parameter] of namedParameters(model)) {
    if (parameter.role === 'vector') continue;
    const random = new RandomStream(hashSeed(1, path));
    const limit = Math.sqrt(6 / (parameter.shape[0]! + parameter.shape[1]!));
    parameter.assign(Float32Array.from({ length: parameter.size }, () => limit * (2 * random.nextUniform() - 1)));
  }
}

/** A store with the checkpoints up to a step. */
async function cutAfter(store: CheckpointStore, step: number): Promise<CheckpointStore> {
  const cut = memoryStore();
  for (const name of await store.list()) {
    if (Number(name.slice('step-'.length)) <= step) await cut.folder(name).write(await contents(store.folder(name)));
  }
  return cut;
}

async function contents(folder: ReturnType<CheckpointStore['folder']>): Promise<Map<string, Uint8Array>> {
  const files = (await folder.list()).map(async (file) => [file, await folder.read(file)] as const);
  return new Map(await Promise.all(files));
}

function changedDigit(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  return new TextEncoder().encode(text.replace('"step":6', '"step":5'));
}

function newerFormat(bytes: Uint8Array): Uint8Array {
  const { content } = JSON.parse(new TextDecoder().decode(bytes));
  const newer = { ...content, formatVersion: 2 };
  return new TextEncoder().encode(JSON.stringify({ checksum: crc32(JSON.stringify(newer)), content: newer }));
}
