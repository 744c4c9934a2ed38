import { rejectUnknownOptions, TokenizerError } from '../../errors/index.js';
import { addSpecialTokens } from '../addedTokens.js';
import { describe } from '../describe.js';
import { readVocabulary, type Vocabulary, type VocabularyInput } from '../vocabulary.js';

/** Options of `createWordVocabulary`. */
export interface WordVocabularyOptions {
  /** Words and their ids; of an array, such as `frequentTypes` or `readTokenLines` gives, the index is the id. */
  readonly vocab: VocabularyInput;
  /** The special token that words outside the vocabulary become; without one they are refused. */
  readonly unknownToken?: string;
  /** Tokens that words of a text never become. Those that the vocabulary lacks get the next ids. */
  readonly specialTokens?: readonly string[];
}

/**
 * Words and their ids, for texts that are cut into words already: what word vectors and bags of words count on. (A
 * `Tokenizer` cuts the text itself.)
 */
export interface WordVocabulary {
  /** The number of rows that an embedding of these words needs: the largest id + 1. */
  readonly vocabSize: number;
  /** The special token that words outside the vocabulary become, if there is one. */
  readonly unknownToken: string | undefined;
  /** The special tokens and their ids, in order of id; the unknown token is one of them. */
  readonly specialTokens: ReadonlyMap<string, number>;

  /** @returns undefined if there is no such token; special tokens are there */
  tokenToId(token: string): number | undefined;

  /** @returns undefined if there is no such id */
  idToToken(id: number): string | undefined;

  /**
   * The ids of a text's words. A word that the vocabulary lacks, or that spells a special token, becomes the unknown
   * token. Lone surrogates, which are not characters, are read as U+FFFD.
   *
   * @throws TokenizerError if there is such a word and no unknown token
   */
  tokensToIds(tokens: Iterable<string>): number[];

  /** @throws TokenizerError if no token has one of the ids */
  idsToTokens(ids: ArrayLike<number>): string[];

  /** The tokens and their ids, in order of id. */
  entries(): IterableIterator<[token: string, id: number]>;

  /** All of it as a JSON text, which `wordVocabularyFromJson` reads. */
  toJson(): string;
}

/**
 * A vocabulary of words.
 *
 * @throws TokenizerError if the vocabulary is malformed
 * @throws ConfigError if an option is unknown
 */
export function createWordVocabulary(options: WordVocabularyOptions): WordVocabulary {
  return wordVocabulary(options, 'createWordVocabulary');
}

/** @param owner who makes it, for messages */
export function wordVocabulary(options: WordVocabularyOptions, owner: string): WordVocabulary {
  rejectUnknownOptions(owner, options, ['vocab', 'unknownToken', 'specialTokens']);
  const { unknownToken } = options;
  const vocabulary = readVocabulary(options.vocab, owner);
  const specialTokens = new Set(options.specialTokens);
  if (unknownToken !== undefined) specialTokens.add(unknownToken);
  const addedTokens = addSpecialTokens([...specialTokens], vocabulary, owner);
  return new ClosedVocabulary(vocabulary, addedTokens.special(), unknownToken);
}

class ClosedVocabulary implements WordVocabulary {
  readonly specialTokens: ReadonlyMap<string, number>;
  readonly unknownToken: string | undefined;
  readonly #vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary, specialTokens: ReadonlyMap<string, number>, unknownToken: string | undefined) {
    this.#vocabulary = vocabulary;
    this.specialTokens = specialTokens;
    this.unknownToken = unknownToken;
  }

  get vocabSize(): number {
    return this.#vocabulary.size;
  }

  tokenToId(token: string): number | undefined {
    return this.#vocabulary.idOf(token);
  }

  idToToken(id: number): string | undefined {
    return this.#vocabulary.tokenOf(id);
  }

  tokensToIds(tokens: Iterable<string>): number[] {
    if (typeof tokens !== 'object' || tokens === null || !(Symbol.iterator in tokens)) {
      throw new TokenizerError(`tokensToIds: the tokens are ${describe(tokens)}.\nPass an array of words.`, {
        value: tokens,
      });
    }
    return Array.from(tokens, (token) => this.#idOfWord(token));
  }

  idsToTokens(ids: ArrayLike<number>): string[] {
    return Array.from(ids, (id) => {
      const token = this.#vocabulary.tokenOf(id);
      if (token !== undefined) return token;
      throw new TokenizerError(
        `idsToTokens: there is no token with the id ${describe(id)}.\nIds are below ${this.vocabSize}.`,
        { value: id },
      );
    });
  }

  entries(): IterableIterator<[token: string, id: number]> {
    return this.#vocabulary.entries();
  }

  toJson(): string {
    return JSON.stringify({
      type: 'WordVocabulary',
      vocab: this.#vocabulary.toJson(),
      ...(this.unknownToken !== undefined && { unknownToken: this.unknownToken }),
      specialTokens: [...this.specialTokens.keys()],
    });
  }

  #idOfWord(token: string): number {
    if (typeof token !== 'string') {
      throw new TokenizerError(`tokensToIds: a token is ${describe(token)}.\nTokens are strings.`, { value: token });
    }
    const word = token.replace(/\p{Surrogate}/gu, '\uFFFD');
    const id = this.specialTokens.has(word) ? undefined : this.#vocabulary.idOf(word);
    if (id !== undefined) return id;
    if (this.unknownToken !== undefined) return this.specialTokens.get(this.unknownToken)!;
    throw new TokenizerError(
      `tokensToIds: ${describe(token)} is not in the vocabulary${this.specialTokens.has(word) ? ' as a word' : ''}.\n` +
        'Give the vocabulary an unknownToken, or leave such words out.',
      { value: token },
    );
  }
}
