import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import { type BleuSmoothing, exponentialSmoothing } from './bleuSmoothing.js';
import type { Metric } from './metric.js';
import { countNgrams, countShared } from './ngrams.js';
import {
  type ReferencedText,
  type ReferenceTexts,
  readTexts,
  refuseChinese,
  type TextBatch,
  type TextTokenizer,
} from './texts.js';
import { tokenize13a } from './tokenize13a.js';
import { trimEnd } from './whiteSpace.js';

/** Options of `bleu` and `sentenceBleu`. */
export interface BleuOptions {
  /** Takes texts apart; `tokenize13a` by default, for English and its like. For Chinese take `tokenizeChinese`. */
  readonly tokenize?: TextTokenizer | undefined;
  /** The longest n-grams that count, in tokens; 4 by default. */
  readonly maxOrder?: number | undefined;
  /** What a precision is where no n-gram matches; `exponentialSmoothing` by default. */
  readonly smoothing?: BleuSmoothing | undefined;
  /** Whether orders for which every text is too short are left out, instead of making the score 0. */
  readonly effectiveOrder?: boolean | undefined;
}

/** BLEU and what it is made of. */
export interface BleuScore {
  /** The brevity penalty times the geometric mean of the precisions, 0..1: a hundredth of what papers print. */
  readonly score: number;
  /** The share of n-grams that are in the references, for each order from 1, smoothed; 0..1. */
  readonly precisions: readonly number[];
  /** 1, or less where the predicted texts are shorter than the references. */
  readonly brevityPenalty: number;
  /** How many n-grams are in the references too, for each order. */
  readonly matches: readonly number[];
  /** How many n-grams there are, for each order. */
  readonly totals: readonly number[];
  /** Tokens of the predicted texts. */
  readonly hypothesisLength: number;
  /** Tokens of the references, of several the one whose length is closest. */
  readonly referenceLength: number;
}

/**
 * BLEU of a corpus, as sacrebleu defines it: n-grams are counted over all texts before precisions are taken.
 *
 * ```ts
 * import { bleu, tokenizeChinese } from 'sesame-nlp/metrics';
 *
 * const english = bleu();
 * english.update(['the cat is on the mat'], [['the cat sat on the mat', 'there is a cat on the mat']]);
 * const chinese = bleu({ tokenize: tokenizeChinese });
 * chinese.update(['潮水退了就知道'], ['潮水退了，就知道誰沒穿褲子']);
 * console.log(english.result().score, chinese.result().score);
 * ```
 *
 * A corpus of nothing scores 0.
 *
 * @see Papineni et al. 2002, https://aclanthology.org/P02-1040; Post 2018, https://aclanthology.org/W18-6319
 * @throws ConfigError if an option is misspelt or cannot work, and from `update` for Chinese references with no `tokenize`
 * @throws ShapeError, from `update`, for what is no text, and for a text without a reference
 */
export function bleu(options: BleuOptions = {}): Metric<TextBatch, BleuScore> {
  return corpusBleu('bleu', options);
}

/**
 * BLEU of one text, of as many orders as it has tokens: `bleu` with `effectiveOrder`, which it has by default.
 *
 * @throws ConfigError and ShapeError as `bleu` does
 */
export function sentenceBleu(predicted: string, expected: ReferenceTexts, options: BleuOptions = {}): BleuScore {
  const metric = corpusBleu('sentenceBleu', { effectiveOrder: true, ...options });
  metric.update([predicted], [expected]);
  return metric.result();
}

function corpusBleu(owner: string, options: BleuOptions): Metric<TextBatch, BleuScore> {
  rejectUnknownOptions(owner, options, ['tokenize', 'maxOrder', 'smoothing', 'effectiveOrder']);
  const { tokenize = tokenize13a, maxOrder = 4, smoothing = exponentialSmoothing, effectiveOrder = false } = options;
  if (!Number.isInteger(maxOrder) || maxOrder < 1) {
    throw new ConfigError(`${owner}: maxOrder is ${String(maxOrder)}, and must be a whole number >= 1, such as 4.`, {
      value: maxOrder,
    });
  }
  let statistics = new BleuStatistics(maxOrder);
  return {
    update(...batch) {
      const texts = readTexts(owner, batch);
      if (options.tokenize === undefined) refuseChinese(owner, texts);
      for (const text of texts) statistics.add(text, (part) => tokenize(trimEnd(part)));
    },
    result: () => statistics.score(smoothing, effectiveOrder),
    reset() {
      statistics = new BleuStatistics(maxOrder);
    },
  };
}

/** All that BLEU needs to know of a corpus. */
class BleuStatistics {
  readonly #counts: { matches: number; total: number }[];
  #hypothesisLength = 0;
  #referenceLength = 0;

  constructor(maxOrder: number) {
    this.#counts = Array.from({ length: maxOrder }, () => ({ matches: 0, total: 0 }));
  }

  add({ predicted, references }: ReferencedText, tokenize: TextTokenizer): void {
    const hypothesis = tokenize(predicted);
    const alternatives = references.map(tokenize);
    this.#hypothesisLength += hypothesis.length;
    this.#referenceLength += closest(
      hypothesis.length,
      alternatives.map(({ length }) => length),
    );
    for (const [index, counts] of this.#counts.entries()) {
      const most = new Map<string, number>(); // each n-gram as often as the reference that has most of it
      for (const tokens of alternatives) {
        for (const [ngram, count] of countNgrams(tokens, index + 1)) {
          most.set(ngram, Math.max(count, most.get(ngram) ?? 0));
        }
      }
      counts.matches += countShared(countNgrams(hypothesis, index + 1), most);
      counts.total += Math.max(0, hypothesis.length - index);
    }
  }

  score(smoothing: BleuSmoothing, effectiveOrder: boolean): BleuScore {
    const [length, referenceLength] = [this.#hypothesisLength, this.#referenceLength];
    const brevityPenalty = length >= referenceLength ? 1 : length === 0 ? 0 : Math.exp(1 - referenceLength / length);
    // Where nothing matches at all, smoothing has nothing to stand on.
    const precisions = this.#counts.some(({ matches }) => matches > 0) ? smoothing(this.#counts) : [];
    const orders = effectiveOrder ? precisions.length : this.#counts.length;
    const padded = this.#counts.map((_, index) => precisions[index] ?? 0);
    const logarithms = padded.slice(0, orders).reduce((sum, precision) => sum + Math.log(precision), 0);
    return {
      score: orders === 0 ? 0 : brevityPenalty * Math.exp(logarithms / orders), // the logarithm of 0 makes it 0
      precisions: padded,
      brevityPenalty,
      matches: this.#counts.map(({ matches }) => matches),
      totals: this.#counts.map(({ total }) => total),
      hypothesisLength: length,
      referenceLength,
    };
  }
}

/** The length nearest to `length`, of two as near the shorter. */
function closest(length: number, lengths: readonly number[]): number {
  const [first, ...others] = [...lengths].sort((a, b) => a - b) as [number, ...number[]];
  return others.reduce((best, other) => (Math.abs(other - length) < Math.abs(best - length) ? other : best), first);
}
