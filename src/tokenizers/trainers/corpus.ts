import { ConfigError } from '../../errors/index.js';
import { describe } from '../describe.js';

/** Text to learn from: one string, or many. No token is learned across the end of a string. */
export type Corpus = string | Iterable<string> | AsyncIterable<string>;

/** How far a trainer has come. */
export interface TrainingProgress {
  /** `count`: reading the corpus; `merge`: learning tokens. */
  readonly phase: 'count' | 'merge';
  /** Code units read, or tokens learned. */
  readonly done: number;
  /** Of how many; unknown while the corpus is read. */
  readonly total?: number;
}

/** The strings of a corpus. */
export async function* readCorpus(corpus: Corpus, owner: string): AsyncGenerator<string> {
  if (typeof corpus === 'string') {
    yield corpus;
    return;
  }
  if (typeof corpus !== 'object' || corpus === null || !(Symbol.iterator in corpus || Symbol.asyncIterator in corpus)) {
    throw wrongCorpus(corpus, owner);
  }
  for await (const text of corpus) {
    if (typeof text !== 'string') throw wrongCorpus(text, owner);
    yield text;
  }
}

function wrongCorpus(value: unknown, owner: string): ConfigError {
  return new ConfigError(
    `${owner}: the corpus is or holds ${describe(value)}.\nPass a string, or an iterable or async iterable of strings.`,
    { value },
  );
}
