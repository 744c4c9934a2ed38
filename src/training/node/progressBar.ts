import { rejectUnknownOptions } from '../../errors/index.js';
import type { TrainingCallback } from '../callbacks.js';
import { checkNumber } from '../checkNumber.js';
import { type Display, type DisplayStream, now, openDisplay } from './display.js';
import { Progress } from './progress.js';

/** What `progressBar` takes. */
export interface ProgressBarOptions {
  /** Where to draw; the standard error output by default, so that the standard output stays clean. */
  readonly stream?: DisplayStream;
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
      display = openDisplay(stream, everySeconds, (at) => progress.text(at));
    },
    onStep(report) {
      progress.step(report, now());
      display.refresh();
    },
    onEvaluation(report) {
      progress.evaluation(report, now());
      display.mark();
    },
    onCheckpoint() {
      progress.pause(now());
    },
    onEnd({ ending }) {
      progress.end(ending);
      display.close();
    },
  };
}
