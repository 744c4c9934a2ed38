import { ConfigError, rejectUnknownOptions, TokenizerError } from '../errors/index.js';
import { abortable } from '../eventLoop/abortable.js';
import { EventLoop } from '../eventLoop/eventLoop.js';
import { codePointEnd, isRunCharacter } from './characters.js';
import { checkAtLeastOne } from './checkAtLeastOne.js';
import { problemOf } from './checkWord.js';
import { count } from './count.js';
import { createDictionarySegmenter, type DictionarySegmenter } from './dictionarySegmenter.js';
import { frequentTypes } from './frequentTypes.js';
import { createIntlSegmenter } from './intlSegmenter.js';
import type { WordSegmenter } from './wordSegmenter.js';

/** Options of `trainDictionarySegmenter`. */
export interface TrainDictionaryOptions {
  /**
   * What finds the words to count: `createIntlSegmenter()` by default. For a corpus whose words stand apart already,
   * `createWhitespaceSegmenter()`.
   */
  readonly segmenter?: WordSegmenter;
  /** How often a word must occur to be kept; 2 by default. */
  readonly minFrequency?: number;
  /** The most words to keep: the most frequent ones, of equals those first in order of code unit. All by default. */
  readonly maxWords?: number;
  /** Called now and then while the corpus is read. */
  readonly onProgress?: (progress: DictionaryTrainingProgress) => void;
  /** Ends the training: the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How far `trainDictionarySegmenter` has come. */
export interface DictionaryTrainingProgress {
  /** UTF-16 code units read. */
  readonly done: number;
  /** Of how many; unknown until the corpus is read. */
  readonly total?: number;
}

/**
 * Learns a word list from text, by counting the words that another segmenter finds in it. What comes out needs that
 * segmenter no more, cuts alike in every engine, and can be saved: `writeJiebaDictionary(segmenter.words())`.
 *
 * Not learned is what a dictionary segmenter keeps together anyway (`tide`, `2024`), and what no dictionary can hold
 * (more than 64 UTF-16 code units). Only the distinct words are held in memory. The event loop gets its turn at every
 * frame.
 *
 * @param corpus a text, or texts that may arrive over time, such as `streamText` of `sesame-nlp/data/node` reads; no
 *   word is found across the end of one
 * @throws TokenizerError if no word occurs often enough
 * @throws ConfigError if the corpus is no text, or an option is unknown or out of range
 */
export async function trainDictionarySegmenter(
  corpus: string | Iterable<string> | AsyncIterable<string>,
  options: TrainDictionaryOptions = {},
): Promise<DictionarySegmenter> {
  const owner = 'trainDictionarySegmenter';
  rejectUnknownOptions(owner, options, ['segmenter', 'minFrequency', 'maxWords', 'onProgress', 'signal']);
  const { minFrequency = 2, maxWords = Number.POSITIVE_INFINITY, onProgress, signal } = options;
  checkAtLeastOne(owner, { minFrequency, maxWords });
  const segmenter = options.segmenter ?? createIntlSegmenter();
  const eventLoop = new EventLoop(signal);

  const frequencies = new Map<string, number>();
  let read = 0;
  for await (const text of abortable(textsOf(corpus), signal)) {
    if (typeof text !== 'string') throw wrongCorpus(text);
    await eventLoop.turn();
    for (const { start, end, isWord } of segmenter.segment(text)) {
      const word = text.slice(start, end);
      if (isWord && isWorthLearning(word)) count(frequencies, word);
      const pause = eventLoop.turn();
      if (pause !== undefined) {
        await pause;
        onProgress?.({ done: read + end });
      }
    }
    read += text.length;
  }
  onProgress?.({ done: read, total: read });
  signal?.throwIfAborted();
  const words = frequentTypes({ frequencies }, { minFrequency, maxTypes: maxWords });
  if (words.length > 0)
    return createDictionarySegmenter({ words: words.map((word) => [word, frequencies.get(word)!]) });
  throw new TokenizerError(
    frequencies.size === 0
      ? `${owner}: the corpus has no word that needs a dictionary.\n` +
          'Pass some text in a script that puts no spaces between words.'
      : `${owner}: no word of the corpus occurs ${minFrequency} times.\nPass more text, or lower minFrequency.`,
    { value: corpus },
  );
}

function textsOf(corpus: string | Iterable<string> | AsyncIterable<string>): Iterable<string> | AsyncIterable<string> {
  if (typeof corpus === 'string') return [corpus];
  if (typeof corpus === 'object' && corpus !== null) {
    if (Symbol.asyncIterator in corpus || Symbol.iterator in corpus) return corpus;
  }
  throw wrongCorpus(corpus);
}

function wrongCorpus(value: unknown): ConfigError {
  return new ConfigError(
    `trainDictionarySegmenter: the corpus is or holds ${value === null ? 'null' : `something of type ${typeof value}`}.\n` +
      'Pass a string, or an iterable or async iterable of strings.',
    { value },
  );
}

/** Whether a dictionary can hold the word, and a dictionary segmenter would cut it in pieces without. */
function isWorthLearning(word: string): boolean {
  if (problemOf(word) !== undefined) return false;
  for (let start = 0; start < word.length; ) {
    const end = codePointEnd(word, start);
    if (!isRunCharacter(word, start, end)) return true;
    start = end;
  }
  return false;
}
