import { ConfigError, rejectUnknownOptions, TokenizerError } from '../errors/index.js';
import { describe } from './describe.js';

/** Options of `createElmoCharacterIndexer`. */
export interface ElmoCharacterIndexerOptions {
  /** How many ids a word has, marks of its ends included; longer words lose their end. 50 by default. */
  readonly charactersPerWord?: number;
}

/** Turns words into the ids of their characters, which for ELMo are the bytes of UTF-8. */
export interface ElmoCharacterIndexer {
  /** How many ids a word has. */
  readonly charactersPerWord: number;
  /** The number of different ids, 0 for padding included: rows of a character embedding. */
  readonly vocabSize: number;

  /**
   * The ids of a word: a mark of its beginning, its bytes, a mark of its end, and padding. A word that is cut may lose
   * part of a character.
   *
   * @returns [charactersPerWord]
   */
  indexWord(word: string): number[];

  /**
   * The ids of sentences, each a list of words. Shorter sentences are filled up with words of zeros, which a model takes
   * for no words.
   *
   * @returns [batch, time, charactersPerWord]
   */
  index(sentences: readonly (readonly string[])[]): number[][][];
}

// Ids are these, plus 1: 0 is left for what is no word.
const BEGIN_OF_SENTENCE = 256;
const END_OF_SENTENCE = 257;
const BEGIN_OF_WORD = 258;
const END_OF_WORD = 259;
const PADDING = 260;
const VOCAB_SIZE = 262;
const LEAST_CHARACTERS = 3;

/**
 * ELMo's way from words to ids. The words `<S>` and `</S>` are the marks of a sentence's ends.
 *
 * @throws ConfigError if an option is unknown or out of range
 * @see Peters et al. 2018, https://arxiv.org/abs/1802.05365
 */
export function createElmoCharacterIndexer(options: ElmoCharacterIndexerOptions = {}): ElmoCharacterIndexer {
  const owner = 'createElmoCharacterIndexer';
  rejectUnknownOptions(owner, options, ['charactersPerWord']);
  const { charactersPerWord = 50 } = options;
  if (!Number.isInteger(charactersPerWord) || charactersPerWord < LEAST_CHARACTERS) {
    throw new ConfigError(
      `${owner}: charactersPerWord is ${describe(charactersPerWord)}.\n` +
        `It must be a whole number of at least ${LEAST_CHARACTERS}: one byte and the marks around it.`,
      { value: charactersPerWord },
    );
  }
  const encoder = new TextEncoder();
  const indexWord = (word: string): number[] => {
    if (typeof word !== 'string') {
      throw new TokenizerError(`${owner}: a word is ${describe(word)}.\nPass strings.`, { value: word });
    }
    const ids = new Array<number>(charactersPerWord).fill(PADDING + 1);
    const bytes = symbolsOf(word, encoder).subarray(0, charactersPerWord - 2);
    ids[0] = BEGIN_OF_WORD + 1;
    for (const [index, byte] of bytes.entries()) ids[index + 1] = byte + 1;
    ids[bytes.length + 1] = END_OF_WORD + 1;
    return ids;
  };
  return {
    charactersPerWord,
    vocabSize: VOCAB_SIZE,
    indexWord,
    index: (sentences) => {
      const longest = sentences.reduce((length, words) => Math.max(length, words.length), 0);
      return sentences.map((words) =>
        Array.from({ length: longest }, (_, index) => {
          const word = words[index];
          return word === undefined ? new Array<number>(charactersPerWord).fill(0) : indexWord(word);
        }),
      );
    },
  };
}

function symbolsOf(word: string, encoder: TextEncoder): Uint8Array | Uint16Array {
  if (word === '<S>') return Uint16Array.of(BEGIN_OF_SENTENCE);
  if (word === '</S>') return Uint16Array.of(END_OF_SENTENCE);
  return encoder.encode(word);
}
