import { ownText } from './ownText.js';
import type { TextInput } from './textSource.js';

/** Cuts pieces of text into lines, which end with \n or \r\n; that is not part of them. */
export class LineSplitter {
  readonly #input: TextInput;
  readonly #maxLength: number;
  /** The beginning of a line whose end was not seen yet. */
  #open = '';
  #number = 0;

  /** @param maxLength UTF-16 code units that a line may have */
  constructor(input: TextInput, maxLength: number) {
    this.#input = input;
    this.#maxLength = maxLength;
  }

  /** The number of the line given last, from 1. */
  get number(): number {
    return this.#number;
  }

  /** The lines that end in this piece. */
  *push(piece: string): Generator<string, void> {
    let start = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', start)) {
      this.#add(piece, start, end);
      start = end + 1;
      yield this.#take();
    }
    this.#add(piece, start, piece.length);
  }

  /** The last line, where no line break ends it. */
  *end(): Generator<string, void> {
    if (this.#open !== '') yield this.#take();
  }

  #add(piece: string, start: number, end: number): void {
    const length = this.#open.length + end - start;
    if (length > this.#maxLength) {
      throw this.#input.refuse(
        `it is longer than ${this.#maxLength} characters.\n` +
          'Is this a file of lines? If so, raise maxRecordLength to what your memory holds.',
        { line: this.#number + 1, value: length },
      );
    }
    this.#open += piece.slice(start, end);
  }

  #take(): string {
    const line = this.#open;
    this.#open = '';
    this.#number++;
    return ownText(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
}
