// What a progress display says, apart from where it says it.
import type { EndReport, StepReport, TrainingRun } from '../callbacks.js';
import type { EvaluationReport } from '../history.js';
import { duration, progressLine } from './progressLine.js';

/** Loss and speed are means over this many seconds of steps. */
const WINDOW = 10;

/** Numbers of the recent past. */
interface RecentStep {
  readonly total: number;
  readonly count: number;
  readonly seconds: number;
}

/** Follows a training and puts it into a line of text. Times are in seconds. */
export class Progress {
  readonly #run: TrainingRun;
  readonly #startTime: number;
  readonly #startStep: number;
  #pausedUntil: number;
  #recent: RecentStep[] = [];
  #evaluation: EvaluationReport | undefined;
  #ending: EndReport['ending'] | undefined;

  constructor(run: TrainingRun, time: number) {
    this.#run = run;
    this.#startTime = time;
    this.#startStep = run.step;
    this.#pausedUntil = time;
    this.#evaluation = run.history.evaluations.at(-1);
  }

  /** A step is done. */
  step({ loss, count }: StepReport, time: number): void {
    this.#recent.push({ total: loss * count, count, seconds: time - this.#pausedUntil });
    let seconds = this.#recent.reduce((sum, step) => sum + step.seconds, 0);
    while (this.#recent.length > 1 && seconds > WINDOW) seconds -= this.#recent.shift()!.seconds;
    this.#pausedUntil = time;
  }

  /** An evaluation is done, whose time does not count as training. */
  evaluation(report: EvaluationReport, time: number): void {
    this.#evaluation = report;
    this.#pausedUntil = time;
  }

  /** Something that is no training took until now. */
  pause(time: number): void {
    this.#pausedUntil = time;
  }

  /** Training is over. */
  end(ending: EndReport['ending']): void {
    this.#ending = ending;
  }

  /** The line. With a width it keeps to it, by leaving the last parts out, and fills what remains with a bar. */
  text({ time, width = Number.POSITIVE_INFINITY }: { time: number; width?: number }): string {
    const { step, steps } = this.#run;
    const parts = [
      steps === undefined ? `step ${step}` : `step ${step}/${steps}`,
      ...this.#lossAndSpeed(),
      this.#timeText(time),
      ...(this.#evaluation === undefined ? [] : [`val_loss ${this.#evaluation.loss.toFixed(4)}`]),
    ];
    return progressLine(parts, { width, progress: steps === undefined ? undefined : step / steps });
  }

  #lossAndSpeed(): string[] {
    const count = this.#recent.reduce((sum, step) => sum + step.count, 0);
    if (count === 0) return [];
    const total = this.#recent.reduce((sum, step) => sum + step.total, 0);
    const seconds = this.#recent.reduce((sum, step) => sum + step.seconds, 0);
    const speed = Math.round(count / Math.max(seconds, 1e-3)).toLocaleString('en');
    return [`loss ${(total / count).toFixed(4)}`, `${speed} tokens/s`];
  }

  /** How long it took, or will take. */
  #timeText(time: number): string {
    const { step, steps } = this.#run;
    const elapsed = time - this.#startTime;
    if (this.#ending !== undefined) return `${this.#ending} after ${duration(elapsed)}`;
    const done = step - this.#startStep;
    if (steps === undefined || done === 0) return `${duration(elapsed)} so far`;
    return `${duration((elapsed / done) * (steps - step))} left`;
  }
}
