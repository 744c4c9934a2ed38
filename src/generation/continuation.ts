import { ShapeError } from '../errors/index.js';
import { RandomStream } from '../nn/index.js';
import { likeliestToken, sampleToken } from './chooseToken.js';
import type { GenerationSettings } from './generationSettings.js';
import type { LogitsContext } from './processors/logitsProcessor.js';
import { rowSeed } from './rowSeed.js';
import { StopSequences } from './stopSequences.js';

/** One text that is being continued: its tokens, its random numbers, and whether it has ended. */
export class Continuation implements LogitsContext {
  readonly row: number;
  readonly promptLength: number;
  readonly #tokenIds: number[];
  readonly #newTokenIds: number[] = [];
  readonly #settings: GenerationSettings;
  readonly #maxPositions: number;
  readonly #random: RandomStream;
  readonly #stop: StopSequences<number>;
  #ended = false;

  constructor(row: number, prompt: readonly number[], settings: GenerationSettings, maxPositions: number) {
    this.row = row;
    this.promptLength = prompt.length;
    this.#tokenIds = [...prompt];
    this.#settings = settings;
    this.#maxPositions = maxPositions;
    this.#random = new RandomStream(rowSeed(settings.seed, row));
    this.#stop = new StopSequences(settings.stopSequences);
  }

  get tokenIds(): readonly number[] {
    return this.#tokenIds;
  }

  /** Whether nothing more is to be generated. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Chooses the next token.
   *
   * @param logits [vocabSize]; changed
   * @throws ShapeError if they are not numbers to choose by
   */
  choose(logits: Float32Array): number {
    this.#check(logits, 'the model made');
    let processed = logits;
    for (const process of this.#settings.processors) processed = process(processed, this) ?? processed;
    if (this.#settings.processors.length > 0) this.#check(processed, 'the logits processors left', logits.length);
    return this.#settings.greedy ? likeliestToken(processed) : sampleToken(processed, this.#random);
  }

  /** A random number in [0, 1): what a choice draws by. */
  nextUniform(): number {
    return this.#random.nextUniform();
  }

  /**
   * Adds a token.
   *
   * @returns the tokens that are now certain to be part of the result
   */
  append(id: number): number[] {
    this.#tokenIds.push(id);
    this.#newTokenIds.push(id);
    const certain = this.#stop.push(id);
    if (this.#stop.stopped) {
      this.#ended = true;
      return certain;
    }
    const { maxNewTokens, onOverflow, stopWhen } = this.#settings;
    this.#ended =
      stopWhen(this.#newTokenIds, this.row) ||
      this.#newTokenIds.length >= maxNewTokens ||
      (onOverflow === 'stop' && this.#tokenIds.length > this.#maxPositions);
    return this.#ended ? [...certain, ...this.#stop.end()] : certain;
  }

  #check(logits: Float32Array, whose: string, length = logits.length): void {
    let largest = Number.NEGATIVE_INFINITY;
    let problem = logits.length === length ? '' : `${logits.length} logits instead of ${length}`;
    for (const logit of logits) {
      if (Number.isNaN(logit)) problem ||= 'logits that are not numbers (NaN)';
      if (logit > largest) largest = logit;
    }
    if (largest === Number.NEGATIVE_INFINITY) problem ||= 'logits that forbid every token (-Infinity)';
    if (largest === Number.POSITIVE_INFINITY) problem ||= 'infinite logits';
    if (problem !== '') this.refuse(problem, whose);
  }

  /**
   * Answers logits that are nothing to choose by.
   *
   * @throws ShapeError always
   */
  refuse(problem: string, whose = 'the model made'): never {
    const advice =
      whose === 'the model made'
        ? 'Its weights may be damaged (by a training that diverged, say), or the backend may have failed: ' +
          'try the last good checkpoint, or another backend.'
        : 'Look at what was given as logitsProcessors, and at temperature and repetitionPenalty.';
    const step = this.#newTokenIds.length + 1;
    throw new ShapeError(`generate: at step ${step} (row ${this.row}) ${whose} ${problem}.\n${advice}`, {
      value: step,
    });
  }
}
