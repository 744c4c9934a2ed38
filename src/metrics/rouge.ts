import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import { longestCommonSubsequence } from './longestCommonSubsequence.js';
import type { Metric } from './metric.js';
import { countNgrams, countShared } from './ngrams.js';
import { type CountedScores, type PrecisionRecallF1, scoresOf } from './scores.js';
import { readTexts, refuseChinese, type TextBatch, type TextTokenizer } from './texts.js';

/** Options of `rouge`. */
export interface RougeOptions<Order extends number = number> {
  /**
   * Takes texts apart; by default into lower-case runs of a-z and 0-9, for English. For Chinese take
   * `tokenizeCharacters`, or a tokenizer of your own; a stemmer would have its place here too.
   */
  readonly tokenize?: TextTokenizer | undefined;
  /** The n-grams that are counted, by their number of tokens; [1, 2] by default. */
  readonly orders?: readonly Order[] | undefined;
}

/** The means over all texts, by name: `rouge1`, `rouge2`, `rougeL`. */
export type RougeScores<Order extends number = 1 | 2> = {
  readonly [Name in `rouge${Order}` | 'rougeL']: PrecisionRecallF1;
};

/**
 * ROUGE-N and ROUGE-L, as the rouge-score package defines them without its stemmer: which n-grams, and which longest
 * common subsequence, two texts share. Of several references the one with the highest F1 counts. NaN before the first
 * text.
 *
 * ```ts
 * import { rouge, tokenizeCharacters } from 'sesame-nlp/metrics';
 *
 * const english = rouge();
 * english.update(['the cat was under the bed'], ['the tiny cat was found under the big bed']);
 * const chinese = rouge({ tokenize: tokenizeCharacters });
 * chinese.update(['潮水退了就知道'], ['潮水退了，就知道誰沒穿褲子']);
 * console.log(english.result().rougeL.f1, chinese.result().rouge2.recall);
 * ```
 *
 * @see Lin 2004, https://aclanthology.org/W04-1013
 * @throws ConfigError if an option is misspelt or cannot work, and from `update` for Chinese references with no `tokenize`
 * @throws ShapeError, from `update`, for what is no text, and for a text without a reference
 */
export function rouge<Order extends number = 1 | 2>(
  options: RougeOptions<Order> = {},
): Metric<TextBatch, RougeScores<Order>> {
  rejectUnknownOptions('rouge', options, ['tokenize', 'orders']);
  const { tokenize = tokenizeRouge, orders = [1, 2] } = options;
  const wrong = orders.find((order) => !Number.isInteger(order) || order < 1);
  if (wrong !== undefined) {
    throw new ConfigError(`rouge: the order ${String(wrong)} is no number of tokens. Try orders: [1, 2].`, {
      value: wrong,
    });
  }
  const measures = new Map<string, Measure>(orders.map((order) => [`rouge${order}`, sharedNgrams(order)]));
  measures.set('rougeL', sharedSubsequence);
  const means = new Map([...measures.keys()].map((name) => [name, new MeanScores()]));
  return {
    update(...batch) {
      const texts = readTexts('rouge', batch);
      if (options.tokenize === undefined) refuseChinese('rouge', texts);
      for (const { predicted, references } of texts) {
        const hypothesis = tokenize(predicted);
        const alternatives = references.map((reference) => tokenize(reference));
        for (const [name, measure] of measures) {
          const scores = alternatives.map((reference) => measure(hypothesis, reference));
          means.get(name)!.add(scores.reduce((best, other) => (other.f1 > best.f1 ? other : best)));
        }
      }
    },
    result: () => Object.fromEntries([...means].map(([name, mean]) => [name, mean.result()])) as RougeScores<Order>,
    reset() {
      for (const mean of means.values()) mean.clear();
    },
  };
}

/** What two sequences of tokens share. */
type Measure = (predicted: readonly string[], expected: readonly string[]) => CountedScores;

const sharedNgrams =
  (order: number): Measure =>
  (predicted, expected) =>
    scoresOf({
      correct: countShared(countNgrams(predicted, order), countNgrams(expected, order)),
      predicted: Math.max(0, predicted.length - order + 1),
      expected: Math.max(0, expected.length - order + 1),
    });

const sharedSubsequence: Measure = (predicted, expected) =>
  scoresOf({
    correct: longestCommonSubsequence(predicted, expected),
    predicted: predicted.length,
    expected: expected.length,
  });

function tokenizeRouge(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

class MeanScores {
  #sums = { precision: 0, recall: 0, f1: 0 };
  #count = 0;

  add({ precision, recall, f1 }: PrecisionRecallF1): void {
    this.#sums.precision += precision;
    this.#sums.recall += recall;
    this.#sums.f1 += f1;
    this.#count++;
  }

  result(): PrecisionRecallF1 {
    const { precision, recall, f1 } = this.#sums;
    return { precision: precision / this.#count, recall: recall / this.#count, f1: f1 / this.#count };
  }

  clear(): void {
    this.#sums = { precision: 0, recall: 0, f1: 0 };
    this.#count = 0;
  }
}
