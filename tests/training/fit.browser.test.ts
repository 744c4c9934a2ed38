import { backend, getBackend, memory } from '@tensorflow/tfjs-core';
import { indexedDbStore } from 'sesame-nlp/checkpoints';
import { BackendError } from 'sesame-nlp/errors';
import { adamW, earlyStopping, type FitOptions, fit, muon, sgd } from 'sesame-nlp/training';
import { expect, test } from 'vitest';
import { curveBatches, Perceptron, type Rows, weightsOf } from './models.js';

const newRun = (): FitOptions<Rows> => ({
  optimizer: muon({ learningRate: 0.02, adamW: { learningRate: 0.02 } }),
  steps: 6,
  accumulate: 2,
  clipNorm: 1,
  seed: 5,
  evaluate: { batches: curveBatches(1, 4), every: 2 },
  callbacks: [earlyStopping({ patience: 3 })],
});
const newModel = (seed = 1) => new Perceptron([3, 6, 2], { dropoutRate: 0.3, seed });

test('a training in IndexedDB that is cut goes on to the same bits', async () => {
  const store = indexedDbStore(`resume-${crypto.randomUUID()}`);
  const [model, resumed] = [newModel(), newModel(99)];
  const history = await fit(model, curveBatches(5, 2), newRun());
  const controller = new AbortController();
  const abort = { onStep: ({ step }: { step: number }) => void (step === 3 && controller.abort()) };
  const callbacks = [...newRun().callbacks!, abort];
  const cut = { ...newRun(), callbacks, signal: controller.signal, checkpoint: { store, every: 1, keep: 2 } };
  expect((await fit(newModel(), curveBatches(5, 2), cut)).ending).toBe('aborted');
  const options = { ...newRun(), checkpoint: { store, every: 1, keep: 2 }, resume: true };
  expect(await fit(resumed, curveBatches(5, 2), options)).toEqual(history);
  expect(await weightsOf(resumed)).toEqual(await weightsOf(model));
  for (const name of await store.list()) await store.remove(name);
});

test('the page paints and hears its timers while it trains', async () => {
  let [ticks, frames] = [0, 0];
  const timer = setInterval(() => ticks++, 1);
  let painting = true;
  const paint = () => {
    frames++;
    if (painting) requestAnimationFrame(paint);
  };
  requestAnimationFrame(paint);
  const busy = () => {
    const end = performance.now() + 5;
    while (performance.now() < end);
  };
  const callbacks = [{ onStep: busy }];
  await fit(newModel(), curveBatches(2, 2), { optimizer: sgd({ learningRate: 0.1 }), steps: 100, callbacks });
  clearInterval(timer);
  painting = false;
  expect(ticks).toBeGreaterThanOrEqual(5); // half a second and more
  expect(frames).toBeGreaterThanOrEqual(3);
});

test('a step keeps no tensor', async () => {
  const seen = new Map<number, number>();
  const callbacks = [{ onStep: ({ step }: { step: number }) => void seen.set(step, memory().numTensors) }];
  await fit(newModel(), curveBatches(2, 2), { optimizer: adamW({ learningRate: 0.1 }), steps: 8, callbacks });
  expect(seen.get(8)).toBe(seen.get(3));
});

// Last, since the context does not come back.
test.runIf(getBackend() === 'webgl')('a lost WebGL context ends training before the next update', async () => {
  const { gl } = (backend() as unknown as { gpgpu: { gl: WebGLRenderingContext } }).gpgpu;
  const lose = ({ step }: { step: number }) => {
    if (step === 2) gl.getExtension('WEBGL_lose_context')!.loseContext();
  };
  const options = { optimizer: sgd({ learningRate: 0.1 }), steps: 9, callbacks: [{ onStep: lose }] };
  const failed = fit(newModel(), curveBatches(2, 2), options);
  await expect(failed).rejects.toThrow(BackendError);
  await expect(failed).rejects.toThrow('after step 2');
});
