import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import { abortable } from '../eventLoop/abortable.js';
import { EventLoop } from '../eventLoop/eventLoop.js';
import { count } from './count.js';

/** What occurs in documents, and how often: types are distinct tokens. */
export interface TypeCounts {
  /** How many documents there were. */
  readonly documents: number;
  /** How many tokens they had together. */
  readonly tokens: number;
  /** How many types: distinct tokens. */
  readonly types: number;
  /** How often each type occurs, in order of first occurrence. */
  readonly frequencies: ReadonlyMap<string, number>;
  /** In how many documents each type occurs, in the same order. */
  readonly documentFrequencies: ReadonlyMap<string, number>;
}

/** Options of `countTypes`. */
export interface CountTypesOptions {
  /** Called now and then with what was counted so far. */
  readonly onProgress?: (progress: Pick<TypeCounts, 'documents' | 'tokens'>) => void;
  /** Ends the counting: the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Counts the types and tokens of documents, which may arrive over time: only the types are held in memory. The event
 * loop gets its turn at every frame.
 *
 * Lone surrogates, which are not characters, are counted as U+FFFD.
 *
 * @param documents the tokens of each document: words such as `wordsOf` finds, or the tokens of a tokenizer
 * @throws ConfigError if a document is no list of strings, or an option is unknown
 */
export async function countTypes(
  documents: Iterable<Iterable<string>> | AsyncIterable<Iterable<string>>,
  options: CountTypesOptions = {},
): Promise<TypeCounts> {
  rejectUnknownOptions('countTypes', options, ['onProgress', 'signal']);
  const { onProgress, signal } = options;
  const eventLoop = new EventLoop(signal);
  const frequencies = new Map<string, number>();
  const documentFrequencies = new Map<string, number>();
  let numDocuments = 0;
  let numTokens = 0;
  if (!isIterable(documents)) throw wrongDocuments(documents);
  for await (const document of abortable(documents, signal)) {
    if (!isIterable(document) || Symbol.asyncIterator in document) throw wrongDocuments(document);
    await eventLoop.turn();
    const seen = new Set<string>();
    for (const token of document) {
      if (typeof token !== 'string') throw wrongDocuments(token);
      const type = token.replace(/\p{Surrogate}/gu, '\uFFFD');
      count(frequencies, type);
      if (!seen.has(type)) count(documentFrequencies, type);
      seen.add(type);
      numTokens++;
      const pause = eventLoop.turn();
      if (pause !== undefined) {
        await pause;
        onProgress?.({ documents: numDocuments, tokens: numTokens });
      }
    }
    numDocuments++;
  }
  signal?.throwIfAborted();
  onProgress?.({ documents: numDocuments, tokens: numTokens });
  return { documents: numDocuments, tokens: numTokens, types: frequencies.size, frequencies, documentFrequencies };
}

/** Whether a value can be iterated over and is no string, whose characters nobody means. */
function isIterable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

function wrongDocuments(value: unknown): ConfigError {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : `of type ${typeof value}`;
  return new ConfigError(
    `countTypes: a document, or one of its tokens, is ${shown}.\n` +
      'Pass the tokens of each document: texts.map((text) => wordsOf(segmenter, text)). One document is [tokens].',
    { value },
  );
}
