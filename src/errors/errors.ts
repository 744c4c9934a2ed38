// Every error the library throws on purpose. A message says what was wrong, what was expected and how to fix it.

/** The parent of every error thrown on purpose by sesame-nlp: catch this to catch them all. */
export abstract class SesameError extends Error {
  /** The value that was refused, where there is one. */
  readonly value: unknown;

  constructor(message: string, options: SesameErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
    this.value = options.value;
  }
}

/** What an error carries besides its message. */
export interface SesameErrorOptions {
  /** The value that was refused. */
  readonly value?: unknown;
  /** The error underneath, if this one translates another. */
  readonly cause?: unknown;
}

/** A configuration or option that cannot work: a misspelt name, sizes that do not divide, a rate outside 0..1. */
export class ConfigError extends SesameError {}

/** A tensor or array whose shape, type or contents (such as a token id out of range) do not fit. */
export class ShapeError extends SesameError {}

/** A vocabulary, word list, merge list or text that a tokenizer or a segmenter cannot use. */
export class TokenizerError extends SesameError {}

/** A checkpoint that is damaged, incomplete, of another format, or could not be stored. */
export class CheckpointError extends SesameError {}

/** Training or text data that cannot be trained on, or training that went wrong (a loss that is not a number). */
export class TrainingError extends SesameError {}

/** Text that is not in the format that it is read as, or labels that contradict themselves or each other. */
export class DataError extends SesameError {
  /** The line of the text, from 1, where a line is to blame. */
  readonly line: number | undefined;

  constructor(message: string, options: DataErrorOptions = {}) {
    super(message, options);
    this.line = options.line;
  }
}

/** What a `DataError` carries besides its message. */
export interface DataErrorOptions extends SesameErrorOptions {
  /** The line of the text, from 1. */
  readonly line?: number | undefined;
}

/** A tfjs backend that is missing, failed to start, or was lost. */
export class BackendError extends SesameError {}
