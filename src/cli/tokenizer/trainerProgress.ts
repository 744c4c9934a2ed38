import type { TokenizerTrainingProgress } from '../../tokenizers/index.js';
import { duration, progressLine } from '../../training/node/progressLine.js';
import { megabytes } from './byteSizes.js';
import type { TrainingCorpus } from './trainingCorpus.js';

/** What is done to pieces, by the phase of the training. */
const DOING: Readonly<Record<string, string>> = { merge: 'learning', prune: 'leaving out' };

/** How a training ended. */
export type Ending = 'finished' | 'interrupted' | 'failed';

/** Follows the training of a tokenizer and puts it into a line of text. Times are in seconds. */
export class TrainerProgress {
  readonly #corpus: TrainingCorpus;
  readonly #startTime: number;
  #phaseTime: number;
  #now: TokenizerTrainingProgress = { phase: 'count', done: 0 };
  #ending: Ending | undefined;

  constructor(corpus: TrainingCorpus, time: number) {
    this.#corpus = corpus;
    this.#startTime = time;
    this.#phaseTime = time;
  }

  /**
   * The trainer has come so far.
   *
   * @returns whether something else began with it
   */
  update(progress: TokenizerTrainingProgress, time: number): boolean {
    const begins = progress.phase !== this.#now.phase;
    if (begins) this.#phaseTime = time;
    this.#now = progress;
    return begins;
  }

  /** The training is over. */
  end(ending: Ending): void {
    this.#ending = ending;
  }

  /** The line, in `width` columns. */
  text({ time, width = Number.POSITIVE_INFINITY }: { time: number; width?: number }): string {
    const { what, done, total } = this.#state();
    const progress = total === undefined || total === 0 ? undefined : done / total;
    return progressLine([what, this.#timeText(progress, time)], { width, progress });
  }

  #state(): { readonly what: string; readonly done: number; readonly total: number | undefined } {
    const { phase, done, total } = this.#now;
    if (phase === 'count') {
      const { bytesRead, totalBytes } = this.#corpus;
      const of = totalBytes === undefined ? '' : ` of ${megabytes(totalBytes)}`;
      return { what: `reading: ${megabytes(bytesRead)}${of} MB`, done: bytesRead, total: totalBytes };
    }
    const of = total === undefined ? '' : ` of ${total.toLocaleString('en')}`;
    return { what: `${DOING[phase] ?? phase}: ${done.toLocaleString('en')}${of} pieces`, done, total };
  }

  #timeText(progress: number | undefined, time: number): string {
    if (this.#ending !== undefined) return `${this.#ending} after ${duration(time - this.#startTime)}`;
    const elapsed = time - this.#phaseTime;
    if (progress === undefined || progress === 0) return `${duration(time - this.#startTime)} so far`;
    return `${duration((elapsed / progress) * (1 - progress))} left`;
  }
}
