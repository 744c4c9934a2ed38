import { TrainingError } from 'sesame-nlp/errors';
import { accuracy, pearsonCorrelation, perplexity, precisionRecallF1 } from 'sesame-nlp/metrics';
import {
  type BatchMetric,
  type EvaluatedBatch,
  earlyStopping,
  evaluate,
  fit,
  ofBatches,
  sgd,
} from 'sesame-nlp/training';
import { describe, expect, test } from 'vitest';
import { curveBatches, Perceptron, type Rows } from './models.js';

/** What the rows ask for, as a class: whether y rises. */
const classesOf = ({ y }: Rows) => y.map(([first]) => first! > 0);

describe('metrics that are shown each batch', () => {
  const model = new Perceptron([3, 4, 2]);
  const batches = curveBatches(3, 2);

  test('see every batch of an evaluation once, with the sum of its losses', async () => {
    const seen: [Rows, number, number][] = [];
    const watching: BatchMetric<Rows> = {
      update: ({ model: evaluated, batch, total, count }) => {
        expect(evaluated).toBe(model);
        seen.push([batch, total, count]);
      },
      result: () => seen.length,
      reset: () => void seen.splice(0),
    };
    const { loss, count, metrics } = await evaluate(model, batches, { metrics: { watching } });
    expect(metrics).toEqual({ watching: 3 });
    expect(seen.map(([batch]) => batch)).toEqual(batches);
    expect(seen.reduce((sum, [, , each]) => sum + each, 0)).toBe(count);
    expect(seen.reduce((sum, [, total]) => sum + total, 0) / count).toBeCloseTo(loss, 12);
  });

  test('perplexity needs nothing but the loss', async () => {
    const { loss, metrics } = await evaluate(model, batches, { metrics: { perplexity: perplexity() } });
    expect(metrics.perplexity).toBeCloseTo(Math.exp(loss), 12);
  });

  test('of predictions are shown what a function makes of a batch, at once or later', async () => {
    const guess = async (batch: Rows) => classesOf(batch).map((_, index) => index === 0);
    const { metrics } = await evaluate(model, batches, {
      metrics: {
        right: ofBatches(accuracy(), ({ batch }) => [classesOf(batch), classesOf(batch)]),
        guessed: ofBatches(accuracy(), async ({ batch }) => [await guess(batch), classesOf(batch)]),
      },
    });
    const all = batches.flatMap((batch) => classesOf(batch).map((expected, index) => (index === 0) === expected));
    expect(metrics).toEqual({ right: 1, guessed: all.filter(Boolean).length / all.length });
  });

  test('give the number that is picked, or several with names of their own', async () => {
    const { metrics } = await evaluate(model, batches, {
      metrics: {
        macro: ofBatches(
          precisionRecallF1(),
          ({ batch }) => [classesOf(batch), classesOf(batch)],
          ({ macro }) => macro.f1,
        ),
        micro: ofBatches(
          precisionRecallF1(),
          ({ batch }) => [classesOf(batch), classesOf(batch)],
          ({ micro: { precision, correct } }) => ({ precision, correct }),
        ),
        atTheEnd: ({ loss }) => ({ bits: loss / Math.LN2 }),
      },
    });
    expect(Object.keys(metrics)).toEqual(['macro', 'micro.precision', 'micro.correct', 'atTheEnd.bits']);
    expect(metrics).toMatchObject({ macro: 1, 'micro.precision': 1 });
  });

  test('begin anew with every evaluation of a training, and stop it by their name', async () => {
    const counts: number[] = [];
    const metric = ofBatches(pearsonCorrelation(), ({ batch }: EvaluatedBatch<Rows>) => [
      batch.x.map(([first]) => first!),
      batch.y.map(([first]) => first!),
    ]);
    const counting: BatchMetric<Rows> = {
      update: () => void counts.push(counts.pop()! + 1),
      result: () => ({ batches: counts.at(-1)! }),
      reset: () => void counts.push(0),
    };
    const history = await fit(new Perceptron([3, 4, 2]), curveBatches(2, 2), {
      optimizer: sgd({ learningRate: 0.01 }),
      steps: 6,
      evaluate: { batches, every: 2, metrics: { follows: metric, counting } },
      callbacks: [earlyStopping({ patience: 1, metric: 'counting.batches', restoreBest: false })],
    });
    expect(counts).toEqual([3, 3]); // the second evaluation is no better than the first
    expect(history.ending).toBe('stopped');
    const [first, second] = history.evaluations.map(({ metrics }) => metrics.follows);
    expect(first).toBe(second);
  });

  test('that fail end the evaluation', async () => {
    const failing = ofBatches(accuracy(), () => [['a'], ['a', 'b']]);
    await expect(evaluate(model, batches, { metrics: { failing } })).rejects.toThrow(/1 predicted, 2 expected/);
    await expect(evaluate(model, [], { metrics: { failing } })).rejects.toThrow(TrainingError);
  });
});
