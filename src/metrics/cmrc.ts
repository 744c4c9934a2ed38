import { type AnswerScores, AnswerSums } from './answerScores.js';
import type { Metric } from './metric.js';
import { scoresOf } from './scores.js';
import { readTexts, type TextBatch } from './texts.js';
import { tokenizeTreebank } from './tokenizeTreebank.js';
import { trim } from './whiteSpace.js';

/**
 * Exact match and F1 of answers in Chinese, as the official script of CMRC 2018 computes them (in 0..1, not percent).
 * Case, most Chinese and some ASCII punctuation do not count. A Chinese character is a word, what stands between is taken
 * apart as English is, and F1 is that of the longest run of words that answer and expectation share.
 *
 * ```ts
 * import { cmrc } from 'sesame-nlp/metrics';
 *
 * const metric = cmrc();
 * metric.update(['1996年，在北京'], [['1996年', '在1996年']]);
 * console.log(metric.result()); // exactMatch 0, f1 0.571..., count 1
 * ```
 *
 * @see Cui et al. 2019, https://aclanthology.org/D19-1600
 * @throws ShapeError, from `update`, for what is no text, and for a question without an answer
 */
export function cmrc(): Metric<TextBatch, AnswerScores> {
  const sums = new AnswerSums({ normalize, tokenize: segment, f1: sharedRun });
  return {
    update(...batch) {
      for (const { predicted, references } of readTexts('cmrc', batch)) sums.add(predicted, references);
    },
    result: () => sums.scores(),
    reset: () => sums.clear(),
  };
}

/** The script lists '……' too, which is two characters and so never one of them. */
const uncounted = /[-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』]/gu;

/** Lower case, without the punctuation that does not count, and without white space at its ends. */
function normalize(answer: string): string {
  return trim(answer.toLowerCase()).replace(uncounted, '');
}

/** Chinese characters one by one, and the words of what stands between. */
export function segment(answer: string): string[] {
  return normalize(answer)
    .split(/([\u4e00-\u9fa5])/u) // at odd places the characters
    .flatMap((part, place) => (place % 2 === 1 ? [part] : tokenizeTreebank(part)));
}

/** F1 of the longest run of words that are side by side in both. */
function sharedRun(predicted: readonly string[], expected: readonly string[]): number {
  const correct = longestCommonRun(predicted, expected);
  return scoresOf({ correct, predicted: predicted.length, expected: expected.length }).f1;
}

function longestCommonRun(a: readonly string[], b: readonly string[]): number {
  let longest = 0;
  let above = new Uint32Array(b.length + 1); // of the runs that end with the item of a before, and each item of b
  for (const item of a) {
    const row = new Uint32Array(b.length + 1);
    for (let end = 1; end <= b.length; end++) {
      if (item !== b[end - 1]) continue;
      row[end] = above[end - 1]! + 1;
      longest = Math.max(longest, row[end]!);
    }
    above = row;
  }
  return longest;
}
