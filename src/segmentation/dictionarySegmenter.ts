import { ConfigError, rejectUnknownOptions, TokenizerError } from '../errors/index.js';
import { BestPath } from './bestPath.js';
import { isRunCharacter, isWord, withExtensions } from './characters.js';
import { checkText } from './checkText.js';
import { checkWord } from './checkWord.js';
import { UnigramModel } from './unigramModel.js';
import type { WordSegment, WordSegmenter } from './wordSegmenter.js';

/** Options of `createDictionarySegmenter`. */
export interface DictionarySegmenterOptions {
  /**
   * Words, and how often each occurs: whole numbers. Pairs or a Map, such as `readJiebaDictionary` gives. Of a word that
   * comes twice the later frequency counts, and 0 takes the word out: `[...words, ['潮水', 300], ['退了', 0]]`.
   */
  readonly words: Iterable<readonly [word: string, frequency: number]>;
}

/** A segmenter with a word list of its own. */
export interface DictionarySegmenter extends WordSegmenter {
  /** The words and how often each occurs, in order of code unit: what `writeJiebaDictionary` writes. */
  words(): Iterable<[word: string, frequency: number]>;
}

/**
 * A segmenter that cuts a text into the words of a list so that the product of their frequencies is the largest, as
 * jieba does without its hidden Markov model. The same list gives the same words in every engine.
 *
 * What the list lacks becomes single characters; letters of scripts that put spaces between words stay together, and so
 * do digits. The time that a text takes is proportional to its length, whatever it says.
 *
 * @throws TokenizerError if there are no words, or one that cannot be
 * @throws ConfigError if an option is unknown
 */
export function createDictionarySegmenter(options: DictionarySegmenterOptions): DictionarySegmenter {
  const owner = 'createDictionarySegmenter';
  rejectUnknownOptions(owner, options, ['words']);
  return new UnigramSegmenter(new UnigramModel(readWords(options.words, owner)));
}

/** The words that occur, checked. */
function readWords(words: unknown, owner: string): Map<string, number> {
  const advice = 'Pass pairs of a word and its frequency, or what readJiebaDictionary makes of a dict.txt.';
  if (typeof words !== 'object' || words === null || !(Symbol.iterator in words)) {
    throw new ConfigError(
      `${owner}: the words are ${words === null ? 'null' : `of type ${typeof words}`}.\n${advice}`,
      {
        value: words,
      },
    );
  }
  const frequencies = new Map<string, number>();
  for (const entry of words as Iterable<unknown>) {
    if (!Array.isArray(entry)) {
      throw new ConfigError(`${owner}: the words hold ${JSON.stringify(entry)}, which is no pair.\n${advice}`, {
        value: entry,
      });
    }
    const [word, frequency] = entry as [unknown, unknown];
    checkWord(word, owner);
    if (!Number.isSafeInteger(frequency) || (frequency as number) < 0) {
      throw new TokenizerError(
        `${owner}: the frequency of ${JSON.stringify(word)} is ${String(frequency)}.\n` +
          'It must be a whole number: how often the word occurs.',
        { value: frequency },
      );
    }
    if (frequency === 0) frequencies.delete(word);
    else frequencies.set(word, frequency as number);
  }
  if (frequencies.size > 0) return frequencies;
  throw new TokenizerError(`${owner}: there are no words.\n${advice}`, { value: words });
}

class UnigramSegmenter implements DictionarySegmenter {
  readonly #model: UnigramModel;

  constructor(model: UnigramModel) {
    this.#model = model;
  }

  segment(text: string): Iterable<WordSegment> {
    checkText(text);
    return this.#segments(text);
  }

  words(): Iterable<[word: string, frequency: number]> {
    return this.#model.trie.words();
  }

  *#segments(text: string): Generator<WordSegment, void> {
    const path = new BestPath(this.#model, text);
    for (let start = 0; start < text.length; ) {
      let end = path.endOf(start);
      if (isRunCharacter(text, start, end)) end = endOfRun(text, end, path);
      end = withExtensions(text, start, end);
      yield { start, end, isWord: isWord(text, start, end) };
      start = end;
    }
  }
}

/** Where the letters and digits end that go on at `start`, each a step of the path. */
function endOfRun(text: string, start: number, path: BestPath): number {
  let end = start;
  while (end < text.length) {
    const next = path.endOf(end);
    if (!isRunCharacter(text, end, next)) break;
    end = next;
  }
  return end;
}
