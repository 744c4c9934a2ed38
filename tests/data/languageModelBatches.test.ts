import fc from 'fast-check';
import { type LanguageModelBatch, languageModelBatches } from 'sesame-nlp/data';
import { ConfigError, ShapeError, TrainingError } from 'sesame-nlp/errors';
import type { Batches } from 'sesame-nlp/training';
import { expect, test } from 'vitest';

const upTo = (length: number) => Array.from({ length }, (_, id) => id);
const rows = (batches: Iterable<{ tokenIds: Int32Array[] }>) =>
  [...batches].map(({ tokenIds }) => tokenIds.map((row) => [...row]));

test('windows begin with the last token of the one before, and the remainder has a batch of its own', () => {
  expect(rows(languageModelBatches(upTo(12), { batchSize: 2, contextLength: 3 }))).toEqual([
    [
      [0, 1, 2, 3],
      [3, 4, 5, 6],
    ],
    [[6, 7, 8, 9]],
    [[9, 10, 11]],
  ]);
});

test('documents never share a window, and remainders of one length share a batch', () => {
  const documents = [[1, 2, 3, 4, 5], new Int32Array([11, 12]), [21], [], [31, 32, 33, 34]];
  expect(rows(languageModelBatches(documents, { batchSize: 8, contextLength: 3 }))).toEqual([
    [
      [1, 2, 3, 4],
      [31, 32, 33, 34],
    ],
    [
      [4, 5],
      [11, 12],
    ],
  ]);
});

test('every token but the first of a document is predicted exactly once an epoch', () => {
  const documents = fc.array(fc.nat(40), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      documents,
      fc.integer({ min: 1, max: 9 }),
      fc.nat(5),
      fc.boolean(),
      (lengths, contextLength, b, mix) => {
        const texts = lengths.map((length, document) => upTo(length).map((place) => 100 * document + place));
        fc.pre(texts.flat().length > contextLength && lengths.some((length) => length > 1));
        const batches = languageModelBatches(texts, { batchSize: b + 1, contextLength, shuffle: mix, seed: 3 });
        const epoch = rows(batches);
        const predicted = epoch.flat().flatMap((row) => row.slice(1));
        expect(predicted.sort((x, y) => x - y)).toEqual(texts.flatMap((text) => text.slice(1)));
        expect(predicted).toHaveLength(batches.numPredictedTokens);
        expect(epoch).toHaveLength(batches.length);
        for (const batch of epoch) {
          expect(batch.length).toBeLessThanOrEqual(b + 1);
          expect(new Set(batch.map((row) => row.length)).size).toBe(1);
          expect(batch[0]!.length).toBeLessThanOrEqual(contextLength + 1);
          for (const row of batch) expect(row.map((id) => id - row[0]!)).toEqual(upTo(row.length));
        }
      },
    ),
  );
});

test('shuffling gives every epoch an order of its own, and one seed gives one sequence of epochs', () => {
  const options = { batchSize: 2, contextLength: 2, shuffle: true, seed: 7 };
  const batches = languageModelBatches(upTo(41), options);
  const epochs = [rows(batches), rows(batches), rows(batches)];
  expect(new Set(epochs.map((epoch) => JSON.stringify(epoch))).size).toBe(3);
  // Not only the batches come in another order: other windows share them.
  const sorted = (epoch: number[][][]) => epoch.map((batch) => JSON.stringify(batch)).sort();
  expect(sorted(epochs[0]!)).not.toEqual(sorted(epochs[1]!));
  const again = languageModelBatches(Int32Array.from(upTo(41)), options);
  expect([rows(again), rows(again), rows(again)]).toEqual(epochs);
  expect(rows(languageModelBatches(upTo(41), { ...options, seed: 8 }))).not.toEqual(epochs[0]);
});

test('without shuffling every epoch is the same, also after one that was left early', () => {
  const batches = languageModelBatches(upTo(20), { batchSize: 2, contextLength: 3 });
  const first = rows(batches);
  for (const _ of batches) break;
  expect(rows(batches)).toEqual(first);
});

test('they are batches for fit, which resumes them by their state', () => {
  const batches = languageModelBatches(upTo(9), { batchSize: 1, contextLength: 2 });
  const forFit: Batches<LanguageModelBatch> = batches; // the compiler's opinion
  expect(forFit).toHaveProperty('state');
  expect(forFit).toHaveProperty('restore');
  expect(JSON.parse(JSON.stringify(batches.state()))).toEqual(batches.state());
});

test('from any place of any epoch, a restored state goes on with the very next batch', () => {
  const tokens = upTo(30);
  const whole = languageModelBatches(tokens, { batchSize: 2, contextLength: 4, shuffle: true, seed: 5 });
  const expected = [rows(whole), rows(whole), rows(whole)].flat();
  for (let stop = 1; stop < expected.length; stop++) {
    const interrupted = languageModelBatches(tokens, { batchSize: 2, contextLength: 4, shuffle: true, seed: 5 });
    const seen: number[][][] = [];
    while (seen.length < stop) {
      for (const { tokenIds } of interrupted) {
        seen.push(tokenIds.map((row) => [...row]));
        if (seen.length === stop) break;
      }
    }
    const state = JSON.parse(JSON.stringify(interrupted.state()));
    // Another seed at first: the state brings the interrupted run's own.
    const resumed = languageModelBatches(tokens, { batchSize: 2, contextLength: 4, shuffle: true });
    resumed.restore(state);
    while (seen.length < expected.length) seen.push(...rows(resumed));
    expect(seen).toEqual(expected);
  }
});

test('a state taken after the last batch of an epoch leaves nothing of that epoch', () => {
  const batches = languageModelBatches(upTo(20), { batchSize: 2, contextLength: 4, shuffle: true });
  expect(rows(batches)).toHaveLength(batches.length);
  const state = batches.state();
  const second = rows(batches);
  batches.restore(state);
  expect(rows(batches)).toEqual([]);
  expect(rows(batches)).toEqual(second);
});

test('a state taken before the first batch restores the whole run', () => {
  const options = { batchSize: 1, contextLength: 2, shuffle: true };
  const first = languageModelBatches(upTo(20), options);
  const state = first.state();
  const second = languageModelBatches(upTo(20), options);
  second.restore(state);
  expect(rows(second)).toEqual(rows(first));
});

test('a state of other batches is refused', () => {
  const options = { batchSize: 2, contextLength: 3, shuffle: true, seed: 1 };
  const batches = languageModelBatches(upTo(20), options);
  const state = languageModelBatches(upTo(20), options).state();
  const refused = (change: object, why: RegExp) => {
    expect(() => batches.restore({ ...state, ...change })).toThrow(TrainingError);
    expect(() => batches.restore({ ...state, ...change })).toThrow(why);
  };
  refused({ batchSize: 4 }, /batchSize was 4 and is 2/);
  refused({ contextLength: 4 }, /contextLength was 4 and is 3/);
  refused({ shuffle: false }, /shuffle was false and is true/);
  refused({ batch: 5 }, /an epoch has 4 batches/);
  refused({ epoch: -1 }, /damaged/);
  refused({ seed: 'x' }, /damaged/);
  const changed = upTo(20);
  changed[13] = 0;
  refused(languageModelBatches(changed, options).state(), /tokens are not the same/);
  refused(languageModelBatches([upTo(10), upTo(20).slice(10)], options).state(), /tokens are not the same/);
});

test('an encoding in the place of its ids is not taken for an empty corpus', () => {
  const encoding = { ids: [1, 2, 3] } as unknown as number[];
  expect(() => languageModelBatches(encoding, { batchSize: 1, contextLength: 2 })).toThrow(/encode\(text\)\.ids/);
});

test('an empty corpus, and one shorter than a window, say what to do', () => {
  const make = (tokens: number[] | number[][]) => () =>
    languageModelBatches(tokens, { batchSize: 1, contextLength: 8 });
  expect(make([])).toThrow(TrainingError);
  expect(make([])).toThrow(/empty/);
  expect(make([[], []])).toThrow(/empty/);
  expect(make(upTo(8))).toThrow(TrainingError);
  expect(make(upTo(8))).toThrow(/has 8 tokens, and one window takes 9.*\n.*at most 7/);
  expect(make([5])).toThrow(/Give more text\.$/);
  expect(make(upTo(9))).not.toThrow();
  expect(make(upTo(9).map((id) => [id]))).toThrow(/single token/);
});

test('ids that are none and options that cannot work are refused', () => {
  const options = { batchSize: 1, contextLength: 1 };
  for (const bad of [-1, 0.5, Number.NaN, 2 ** 31]) {
    expect(() => languageModelBatches([1, bad, 2], options)).toThrow(ShapeError);
  }
  expect(() => languageModelBatches(new Int32Array([1, -2, 3]), options)).toThrow(ShapeError);
  expect(() => languageModelBatches([1, 2], { ...options, batchSize: 0 })).toThrow(/batchSize is 0/);
  expect(() => languageModelBatches([1, 2], { ...options, contextLength: 1.5 })).toThrow(/contextLength is 1.5/);
  expect(() => languageModelBatches([1, 2], { ...options, seed: 0.1 })).toThrow(ConfigError);
  // @ts-expect-error a misspelt option
  expect(() => languageModelBatches([1, 2], { ...options, contextLenght: 3 })).toThrow(/Did you mean contextLength/);
});
