import cliProgress from 'cli-progress';
import { rejectUnknownOptions } from '../../errors/index.js';
import type { TrainingCallback, TrainingRun } from '../callbacks.js';
import { checkNumber } from '../checkNumber.js';
import { Progress } from './progress.js';

/** What `progressBar` takes. */
export interface ProgressBarOptions {
  /** Where to draw; the standard error output by default, so that the standard output stays clean. */
  readonly stream?: NodeJS.WritableStream & {
    /** Whether it is a terminal; not if undefined. */
    readonly isTTY?: boolean;
  };
  /** Seconds between lines where the stream is no terminal; 5 by default. */
  readonly everySeconds?: number;
}

/**
 * Shows a training in the terminal: loss, tokens a second (or whatever the losses are counted in), time left. Where the
 * stream is no terminal it writes a plain line now and then, at each evaluation, and at the end.
 *
 * It changes no setting of the terminal, so nothing needs repair however the program ends.
 */
export function progressBar(options: ProgressBarOptions = {}): TrainingCallback {
  rejectUnknownOptions('progressBar', options, ['stream', 'everySeconds']);
  const { stream = process.stderr, everySeconds = 5 } = options;
  checkNumber('progressBar: everySeconds', everySeconds, { min: 0 });
  let display: Display;
  let progress: Progress;
  return {
    onStart(run) {
      progress = new Progress(run, now());
      display = stream.isTTY ? new Bar(stream, run, progress) : new Lines(stream, progress, everySeconds);
    },
    onStep(report) {
      progress.step(report, now());
      display.refresh(now());
    },
    onEvaluation(report) {
      progress.evaluation(report, now());
      display.mark(now());
    },
    onCheckpoint() {
      progress.pause(now());
    },
    onEnd({ ending }) {
      progress.end(ending);
      display.close(now());
    },
  };
}

/** Where progress is shown. Times are in seconds. */
interface Display {
  /** There is something new, that need not be shown at once. */
  refresh(time: number): void;
  /** There is something new to be shown now. */
  mark(time: number): void;
  /** Shows the end. */
  close(time: number): void;
}

/** One line of a terminal, drawn again and again. */
class Bar implements Display {
  readonly #bar: cliProgress.SingleBar;
  readonly #run: TrainingRun;

  constructor(stream: NodeJS.WritableStream, run: TrainingRun, progress: Progress) {
    this.#run = run;
    this.#bar = new cliProgress.SingleBar({
      stream: withoutCursorMemory(stream),
      hideCursor: false,
      linewrap: true,
      emptyOnZero: true,
      autopadding: false,
      // One column less than the terminal has: in some the last one starts a new line.
      format: (_, { maxWidth }) => progress.text({ time: now(), width: Math.max(20, maxWidth - 1) }),
    });
    this.#bar.start(run.steps ?? 0, run.step);
  }

  refresh(): void {
    this.#bar.update(this.#run.step);
  }

  mark(): void {
    this.#bar.update(this.#run.step);
  }

  close(): void {
    this.#bar.update(this.#run.step);
    this.#bar.stop();
  }
}

/** Plain lines, for logs. */
class Lines implements Display {
  readonly #stream: NodeJS.WritableStream;
  readonly #progress: Progress;
  readonly #everySeconds: number;
  #lastTime = now();

  constructor(stream: NodeJS.WritableStream, progress: Progress, everySeconds: number) {
    this.#stream = stream;
    this.#progress = progress;
    this.#everySeconds = everySeconds;
  }

  refresh(time: number): void {
    if (time - this.#lastTime >= this.#everySeconds) this.mark(time);
  }

  mark(time: number): void {
    this.#lastTime = time;
    this.#stream.write(`${this.#progress.text({ time })}\n`);
  }

  close(time: number): void {
    this.mark(time);
  }
}

/**
 * cli-progress notes the cursor's place at its start and goes back there at its end: over all that was printed since.
 * These two escapes (DECSC and DECRC) are kept from the stream.
 */
function withoutCursorMemory(stream: NodeJS.WritableStream): NodeJS.WritableStream {
  const write = (text: string, ...rest: []) => text === '\x1B7' || text === '\x1B8' || stream.write(text, ...rest);
  return Object.create(stream, { write: { value: write } });
}

/** Seconds on a clock that only goes forward. */
function now(): number {
  return performance.now() / 1000;
}
