import { PassThrough } from 'node:stream';
import { earlyStopping, fit, sgd } from 'sesame-nlp/training';
import { progressBar } from 'sesame-nlp/training/node';
import { expect, test } from 'vitest';
import { Progress } from '../../../src/training/node/progress.js';
import { curveBatches, Perceptron } from '../models.js';

const optimizer = sgd({ learningRate: 0.1 });

/** A stream that remembers what was written, as a terminal or not. */
function recorder({ isTTY = false, columns = 100 } = {}) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns, rows: 24 });
  let written = '';
  stream.on('data', (data) => {
    written += data;
  });
  return { stream, written: () => written, lines: () => written.split('\n').slice(0, -1) };
}

const run = (stream: ReturnType<typeof recorder>['stream'], steps = 4) => ({
  optimizer,
  steps,
  evaluate: { batches: curveBatches(1, 2), every: 2 },
  callbacks: [progressBar({ stream, everySeconds: 0 })],
});

test('where there is no terminal, it writes plain lines, the last one at the end', async () => {
  const { stream, lines, written } = recorder();
  await fit(new Perceptron([3, 4, 2]), curveBatches(2, 2), run(stream));
  expect(lines().length).toBe(7); // four steps, two evaluations, the end
  expect(lines()[0]).toMatch(/^step 1\/4 {2}loss \d\.\d{4} {2}[\d,]+ tokens\/s {2}\d+s left$/);
  expect(lines()[2]).toMatch(/^step 2\/4 .* val_loss \d\.\d{4}$/);
  expect(lines().at(-1)).toMatch(/^step 4\/4 .* finished after \d+s {2}val_loss \d\.\d{4}$/);
  expect(written()).not.toContain('\x1B');
});

test('where there is no terminal, lines are seconds apart', async () => {
  const { stream, lines } = recorder();
  const options = { ...run(stream), evaluate: undefined, callbacks: [progressBar({ stream, everySeconds: 3600 })] };
  await fit(new Perceptron([3, 4, 2]), curveBatches(2, 2), options);
  expect(lines().length).toBe(1);
  expect(lines()[0]).toContain('step 4/4');
});

test('in a terminal it draws one line, and changes no setting that would have to be restored', async () => {
  const { stream, lines, written } = recorder({ isTTY: true });
  await fit(new Perceptron([3, 4, 2]), curveBatches(2, 2), run(stream));
  expect(lines().length).toBe(1);
  expect(written()).toMatch(/█{24} {2}step 4\/4 {2}loss [^\n]* finished after \d+s[^\n]*\n$/);
  // Only moving in the line and clearing to its right: no hidden cursor, no line wrapping, no saved place.
  const escapes = written().split('\x1B').slice(1);
  expect(new Set(escapes.map((text) => /^(\[[0-9;?]*)?[A-Za-z0-9]/.exec(text)![0]))).toEqual(new Set(['[0K', '[1G']));
});

test.each(['failed', 'aborted', 'stopped'])('it ends its line when training %s', async (ending) => {
  const { stream, written } = recorder({ isTTY: true });
  const controller = new AbortController();
  const interrupt = () => {
    if (ending === 'failed') throw new Error('boom');
    if (ending === 'aborted') controller.abort();
    if (ending === 'stopped') return 'stop' as const;
  };
  const options = { ...run(stream), signal: controller.signal };
  const training = fit(new Perceptron([3, 4, 2]), curveBatches(2, 2), {
    ...options,
    callbacks: [...options.callbacks, { onStep: interrupt }],
  });
  if (ending === 'failed') await expect(training).rejects.toThrow('boom');
  else await training;
  expect(written()).toMatch(new RegExp(`step 1/4 [^\n]*${ending} after \\d+s[^\n]*\n$`));
});

test('a narrow terminal gets as many parts as fit', async () => {
  const { stream, written } = recorder({ isTTY: true, columns: 40 });
  await fit(new Perceptron([3, 4, 2]), curveBatches(2, 2), run(stream));
  const drawn = written()
    .split('\x1B')
    .map((text) => text.replace(/^\[[0-9]*[GK]/, '').trimEnd());
  expect(Math.max(...drawn.map((line) => line.length))).toBeLessThan(40);
  expect(written()).toContain('step 4/4');
});

test('with epochs alone there is no bar, and no guess at an end', async () => {
  const { stream, lines } = recorder();
  const callbacks = [progressBar({ stream, everySeconds: 0 }), earlyStopping({ patience: 1 })];
  await fit(new Perceptron([3, 4, 2]), curveBatches(2, 2), { optimizer, epochs: 1, callbacks });
  expect(lines()[0]).toMatch(/^step 1 {2}loss .* \d+s so far$/);
});

test('loss and speed are means of the recent steps, without the time of evaluations', () => {
  const run = { step: 0, steps: 100, parameters: new Map(), history: { evaluations: [] as never[] } };
  const progress = new Progress(run as never, 0);
  const step = (step: number, loss: number, count: number, time: number) => {
    run.step = step;
    progress.step({ step, loss, count, learningRate: 0, gradientNorm: 0 }, time);
  };
  step(1, 4, 100, 1);
  step(2, 2, 300, 2);
  expect(progress.text({ time: 2 })).toBe('step 2/100  loss 2.5000  200 tokens/s  1m 38s left');
  progress.evaluation({ step: 2, loss: 3, metrics: {} }, 50);
  step(3, 1, 2000, 51);
  expect(progress.text({ time: 51 })).toBe('step 3/100  loss 1.2500  800 tokens/s  27m 29s left  val_loss 3.0000');
  for (let s = 4; s <= 20; s++) step(s, 0.5, 100, 48 + s);
  expect(progress.text({ time: 68 })).toContain('loss 0.5000  100 tokens/s');
});
