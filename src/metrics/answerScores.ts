import type { TextTokenizer } from './texts.js';

/** How well answers fit, means over questions; NaN where there is none. */
export interface AnswerScores {
  /** The share of answers that are right to the letter, but for what normalisation takes away; 0..1. */
  readonly exactMatch: number;
  /** The mean F1 of the words that answer and expectation share; 0..1. */
  readonly f1: number;
  /** How many questions there are. */
  readonly count: number;
}

/** How an answer is compared with one that is right. */
export interface AnswerComparison {
  /** What is left of an answer when it is compared to the letter. */
  readonly normalize: (answer: string) => string;
  /** The words of an answer. */
  readonly tokenize: TextTokenizer;
  /** F1 of the words, 0..1. */
  readonly f1: (predicted: readonly string[], expected: readonly string[]) => number;
}

/** Adds up answers, each by the right one that it is closest to. */
export class AnswerSums {
  readonly #comparison: AnswerComparison;
  #exact = 0;
  #f1 = 0;
  #count = 0;

  constructor(comparison: AnswerComparison) {
    this.#comparison = comparison;
  }

  add(predicted: string, answers: readonly string[]): void {
    const { normalize, tokenize, f1 } = this.#comparison;
    this.#count++;
    if (answers.some((answer) => normalize(answer) === normalize(predicted))) this.#exact++;
    this.#f1 += Math.max(...answers.map((answer) => f1(tokenize(predicted), tokenize(answer))));
  }

  scores(): AnswerScores {
    return { exactMatch: this.#exact / this.#count, f1: this.#f1 / this.#count, count: this.#count };
  }

  clear(): void {
    [this.#exact, this.#f1, this.#count] = [0, 0, 0];
  }
}
