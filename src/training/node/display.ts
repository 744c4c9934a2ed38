import cliProgress from 'cli-progress';

/** A stream that progress is shown on. */
export type DisplayStream = NodeJS.WritableStream & {
  /** Whether it is a terminal; not if undefined. */
  readonly isTTY?: boolean;
};

/** Says how far something is, in a line of at most `width` columns. The time is in seconds. */
export type ProgressText = (at: { readonly time: number; readonly width?: number }) => string;

/** Where progress is shown. */
export interface Display {
  /** There is something new, that need not be shown at once. */
  refresh(): void;
  /** There is something new to be shown now. */
  mark(): void;
  /** Shows the end. */
  close(): void;
}

/**
 * Shows progress: in a line of a terminal that is drawn again and again, else in plain lines now and then.
 *
 * @param everySeconds the time between lines where there is no terminal
 */
export function openDisplay(stream: DisplayStream, everySeconds: number, text: ProgressText): Display {
  return stream.isTTY ? new Bar(stream, text) : new Lines(stream, text, everySeconds);
}

/** One line of a terminal, drawn again and again. */
class Bar implements Display {
  readonly #bar: cliProgress.SingleBar;

  constructor(stream: NodeJS.WritableStream, text: ProgressText) {
    this.#bar = new cliProgress.SingleBar({
      stream: withoutCursorMemory(stream),
      hideCursor: false,
      linewrap: true,
      emptyOnZero: true,
      autopadding: false,
      // One column less than the terminal has: in some the last one starts a new line.
      format: (_, { maxWidth }) => text({ time: now(), width: Math.max(20, maxWidth - 1) }),
    });
    this.#bar.start(0, 0); // the text says how far it is
  }

  refresh(): void {
    this.#bar.update(0);
  }

  mark(): void {
    this.refresh();
  }

  close(): void {
    this.refresh();
    this.#bar.stop();
  }
}

/** Plain lines, for logs. */
class Lines implements Display {
  readonly #stream: NodeJS.WritableStream;
  readonly #text: ProgressText;
  readonly #everySeconds: number;
  #lastTime = now();

  constructor(stream: NodeJS.WritableStream, text: ProgressText, everySeconds: number) {
    this.#stream = stream;
    this.#text = text;
    this.#everySeconds = everySeconds;
  }

  refresh(): void {
    if (now() - this.#lastTime >= this.#everySeconds) this.mark();
  }

  mark(): void {
    this.#lastTime = now();
    this.#stream.write(`${this.#text({ time: this.#lastTime })}\n`);
  }

  close(): void {
    this.mark();
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
export function now(): number {
  return performance.now() / 1000;
}
