import { ConfigError } from '../../errors/index.js';
import { abortable } from '../../eventLoop/abortable.js';
import { describe } from '../describe.js';

/** Text to learn from: one string, or many. No token is learned across the end of a string. */
export type TokenizerCorpus = string | Iterable<string> | AsyncIterable<string>;

/** How far a trainer has come. */
export interface TokenizerTrainingProgress {
  /** `count`: reading the corpus; `merge`: learning tokens. */
  readonly phase: 'count' | 'merge';
  /** UTF-16 code units read, or tokens learned. */
  readonly done: number;
  /** Of how many; unknown while the corpus is read. */
  readonly total?: number;
}

/** The strings of a corpus. An abort is thrown at once, even while a string is still awaited. */
export async function* readCorpus(
  corpus: TokenizerCorpus,
  signal: AbortSignal | undefined,
  owner: string,
): AsyncGenerator<string> {
  for await (const text of abortable(iterate(corpus, owner), signal)) {
    if (typeof text !== 'string') throw wrongCorpus(text, owner);
    yield text;
  }
}

function iterate(corpus: TokenizerCorpus, owner: string): Iterable<string> | AsyncIterable<string> {
  if (typeof corpus === 'string') return [corpus];
  if (typeof corpus === 'object' && corpus !== null) {
    if (Symbol.asyncIterator in corpus || Symbol.iterator in corpus) return corpus;
  }
  throw wrongCorpus(corpus, owner);
}

function wrongCorpus(value: unknown, owner: string): ConfigError {
  return new ConfigError(
    `${owner}: the corpus is or holds ${describe(value)}.\nPass a string, or an iterable or async iterable of strings.`,
    { value },
  );
}
