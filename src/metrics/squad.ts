import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import { type AnswerScores, AnswerSums } from './answerScores.js';
import type { Metric } from './metric.js';
import { countNgrams, countShared } from './ngrams.js';
import { scoresOf } from './scores.js';
import { readTexts, type TextBatch } from './texts.js';
import { tokenizeWords } from './whiteSpace.js';

/** Options of `squad`. */
export interface SquadOptions {
  /** Which of the official evaluation scripts to follow; '2.0' by default. In 1.1 every question has an answer. */
  readonly version?: '1.1' | '2.0' | undefined;
}

/** Exact match and F1 of answers, of all questions and of two kinds of them. */
export interface SquadScores extends AnswerScores {
  /** Of the questions that have an answer. */
  readonly hasAnswer: AnswerScores;
  /** Of those that have none: both scores are the share that was left unanswered. */
  readonly noAnswer: AnswerScores;
}

/**
 * Exact match and F1 of answers in English, as SQuAD's official scripts compute them (in 0..1, not percent). Case, ASCII
 * punctuation and articles do not count.
 *
 * ```ts
 * import { squad } from 'sesame-nlp/metrics';
 *
 * const metric = squad();
 * metric.update(['in the Norman era', ''], [['Norman era', 'the Norman era.'], []]);
 * console.log(metric.result()); // exactMatch 0.5, f1 0.9; hasAnswer ..., noAnswer ...
 * ```
 *
 * `expected` holds the right answers of each question, of which the closest counts; none for a question that cannot be
 * answered, to which the right prediction is the empty string.
 *
 * @see Rajpurkar et al. 2018, https://arxiv.org/abs/1806.03822
 * @throws ConfigError if an option is misspelt or cannot work
 * @throws ShapeError, from `update`, for what is no text, and with version 1.1 for a question without an answer
 */
export function squad(options: SquadOptions = {}): Metric<TextBatch, SquadScores> {
  rejectUnknownOptions('squad', options, ['version']);
  const { version = '2.0' } = options;
  if (version !== '1.1' && version !== '2.0') {
    throw new ConfigError(`squad: there is no version ${String(version)}. Versions: '1.1', '2.0'.`, { value: version });
  }
  const comparison = {
    normalize: normalizeAnswer,
    tokenize: (answer: string) => tokenizeWords(normalizeAnswer(answer)),
    f1: version === '1.1' ? sharedWords : sharedWordsOrNone,
  };
  const [all, hasAnswer, noAnswer] = [0, 1, 2].map(() => new AnswerSums(comparison)) as [
    AnswerSums,
    AnswerSums,
    AnswerSums,
  ];
  return {
    update(...batch) {
      for (const { predicted, references } of readTexts('squad', batch, version === '1.1' ? 1 : 0)) {
        const answers = version === '1.1' ? references : answersLeft(references);
        all.add(predicted, answers);
        (references.some((answer) => answer !== '') ? hasAnswer : noAnswer).add(predicted, answers);
      }
    },
    result: () => ({ ...all.scores(), hasAnswer: hasAnswer.scores(), noAnswer: noAnswer.scores() }),
    reset() {
      for (const sums of [all, hasAnswer, noAnswer]) sums.clear();
    },
  };
}

/** The answers of which something is left; where there is none, the empty one is right. */
function answersLeft(answers: readonly string[]): readonly string[] {
  const left = answers.filter((answer) => normalizeAnswer(answer) !== '');
  return left.length > 0 ? left : [''];
}

/** Lower case, without ASCII punctuation and English articles, one space between words. */
export function normalizeAnswer(answer: string): string {
  const letters = answer.toLowerCase().replace(/[!-/:-@[-`{-~]/g, '');
  // A word ends where no letter or digit of any script goes on: the a of Andréa is no article.
  return tokenizeWords(letters.replace(/(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu, ' ')).join(' ');
}

/** F1 of words, whatever their order; 0 where none is shared, as in version 1.1. */
function sharedWords(predicted: readonly string[], expected: readonly string[]): number {
  const correct = countShared(countNgrams(predicted, 1), countNgrams(expected, 1));
  return scoresOf({ correct, predicted: predicted.length, expected: expected.length }).f1;
}

/** The same, but no words and no words agree, as in version 2.0. */
function sharedWordsOrNone(predicted: readonly string[], expected: readonly string[]): number {
  return predicted.length === 0 && expected.length === 0 ? 1 : sharedWords(predicted, expected);
}
