import { ConfigError } from '../../errors/index.js';
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
  signal?.throwIfAborted();
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

/** An async iterable that does not wait for its source once the signal says stop; a sync one never waits. */
function abortable<T>(
  source: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal | undefined,
): Iterable<T> | AsyncIterable<T> {
  return signal !== undefined && Symbol.asyncIterator in source ? raceAbort(source, signal) : source;
}

async function* raceAbort<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  aborted.catch(() => {}); // the race is what hears of it, if one is running
  signal.addEventListener('abort', abort);
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), aborted]);
      finished = done === true;
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    // Not awaited: a source that hangs would hang here as well.
    if (!finished) void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

function wrongCorpus(value: unknown, owner: string): ConfigError {
  return new ConfigError(
    `${owner}: the corpus is or holds ${describe(value)}.\nPass a string, or an iterable or async iterable of strings.`,
    { value },
  );
}
