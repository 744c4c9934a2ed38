// Language models so small that what they write is known by hand.
import {
  add,
  cast,
  cumsum,
  gather,
  log,
  mul,
  oneHot,
  range,
  reshape,
  slice,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tensor,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { type LanguageModelOptions, Module, RecentSteps, type TokenBatch, toIdTensor } from 'sesame-nlp/nn';

interface Logits {
  readonly logits: Tensor;
}

/** Draws the next token by the last one alone: row `last` of a table of probabilities. */
export class MarkovChain extends Module<TokenBatch, Logits, LanguageModelOptions> {
  readonly config: { vocabSize: number; maxPositions: number };
  readonly probabilities: readonly (readonly number[])[];
  /** Shapes of the token ids that it was called with. */
  readonly calls: string[] = [];

  constructor(probabilities: readonly (readonly number[])[], maxPositions = 1000) {
    super();
    this.probabilities = probabilities;
    this.config = { vocabSize: probabilities.length, maxPositions };
  }

  protected override forward(batch: TokenBatch, { cache, outputLogits }: LanguageModelOptions): Logits {
    const ids = toIdTensor(batch.tokenIds, { name: 'MarkovChain', below: this.config.vocabSize });
    const [rows, time] = ids.shape as [number, number];
    this.calls.push(`${rows}x${time}`);
    const last = outputLogits === 'last' ? slice(ids, [0, time - 1], [rows, 1]) : ids;
    cache?.advance(time, undefined);
    const table = log(tensor2d(this.probabilities as number[][]));
    return {
      logits: reshape(gather(table, reshape(last, [-1]) as Tensor1D), [rows, last.shape[1]!, this.config.vocabSize]),
    };
  }
}

/** The cycle 0, 1, ..., size - 1, 0, ... with certainty. */
export function cycle(size: number, maxPositions?: number): MarkovChain {
  const next = (id: number) => Array.from({ length: size }, (_, column) => (column === (id + 1) % size ? 1 : 1e-30));
  return new MarkovChain(
    Array.from({ length: size }, (_, id) => next(id)),
    maxPositions,
  );
}

/**
 * Its likeliest next token is the sum over all tokens it sees of (id + 1) * (place + 1), modulo the vocabulary: one token
 * too many or too few, a wrong place, padding that is seen, or a cache out of order changes the text.
 */
export class WeightedSum extends Module<TokenBatch, Logits, LanguageModelOptions> {
  readonly config: { vocabSize: number; maxPositions: number };
  /** Tokens read in each call, rows times time. */
  readonly tokensRead: number[] = [];

  constructor(vocabSize: number, maxPositions: number) {
    super();
    this.config = { vocabSize, maxPositions };
  }

  protected override forward(batch: TokenBatch, { cache, outputLogits }: LanguageModelOptions): Logits {
    if (outputLogits !== 'last') throw new Error('only the last logits are needed');
    const { vocabSize, maxPositions } = this.config;
    const ids = toIdTensor(batch.tokenIds, { name: 'WeightedSum', below: vocabSize });
    const [rows, time] = ids.shape as [number, number];
    const past = cache?.length ?? 0;
    if (past + time > maxPositions) throw new Error(`${past + time} tokens are more than ${maxPositions}`);
    this.tokensRead.push(rows * time);
    const given = batch.attentionMask && toIdTensor(batch.attentionMask, { name: 'mask', shape: ids.shape });
    const mask = cache === undefined ? given : cache.fullMask(given, rows, time);
    const places =
      batch.positionIds === undefined
        ? add(range(0, time, 1, 'int32'), past)
        : toIdTensor(batch.positionIds, { name: 'positionIds', below: maxPositions, shape: ids.shape });
    const present = given ?? tensor(1, [], 'int32');
    if (mask !== undefined && batch.positionIds !== undefined) this.#checkPlaces(mask, places, time);
    const terms = mul(mul(add(ids, 1), add(places, 1)), present);
    const memory = cache?.stateOf(this, () => new RecentSteps());
    const total = add(sum(terms, 1, true), memory?.steps ?? 0); // [rows, 1]
    memory?.remember(total);
    cache?.advance(time, mask);
    const next = cast(sub(total, mul(vocabSize, cast(floorDivide(total, vocabSize), 'int32'))), 'int32');
    const peak = mul(cast(oneHot(next as Tensor1D, vocabSize), 'float32'), 20);
    // The rest has a slope, so that no two logits are equal.
    return { logits: add(peak, mul(range(0, vocabSize), 0.01)) }; // [rows, 1, vocabSize]
  }

  /** Places are cumsum(mask) - 1 wherever there is a token. */
  #checkPlaces(mask: Tensor, places: Tensor, time: number): void {
    const [rows, total] = mask.shape as [number, number];
    const counted = slice(sub(cumsum(mask, 1), 1), [0, total - time], [rows, time]);
    const present = slice(mask, [0, total - time], [rows, time]);
    const wrong = sum(mul(mul(sub(counted, places), sub(counted, places)), present));
    if (wrong.dataSync()[0] !== 0) throw new Error('positionIds are not cumsum(attentionMask) - 1');
  }
}

function floorDivide(x: Tensor, divisor: number): Tensor {
  return cast(mul(add(x, 0.5), 1 / divisor), 'int32'); // x is a whole number >= 0, small enough for this to be exact
}

/** The greedy text of a `WeightedSum`, worked out with plain numbers, 'slide' included. */
export function weightedSumText(prompt: readonly number[], length: number, vocabSize: number, maxPositions: number) {
  let window = prompt.slice(-maxPositions);
  const text: number[] = [];
  while (text.length < length) {
    if (window.length > maxPositions) window = window.slice(-Math.ceil(maxPositions / 2));
    const next = window.reduce((total, id, place) => total + (id + 1) * (place + 1), 0) % vocabSize;
    text.push(next);
    window.push(next);
  }
  return text;
}
