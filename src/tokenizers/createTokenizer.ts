import { rejectUnknownOptions, TokenizerError } from '../errors/index.js';
import type { AddedToken } from './addedTokens.js';
import { composeTokenizer } from './composeTokenizer.js';
import { describe } from './describe.js';
import { ExtendedVocabulary } from './extendedVocabulary.js';
import type { Decoder, Model, Normalizer, PostProcessorOf, PreTokenizer } from './pipeline.js';
import type { Tokenizer } from './tokenizer.js';

/** An added token of `createTokenizer`. */
export interface AddedTokenOptions {
  /** The token. */
  readonly content: string;
  /** Its id: what the model's vocabulary says, or the next free one, by default. */
  readonly id?: number;
  /** Whether text never becomes it unless `parseSpecialTokens` asks for it; true by default. */
  readonly special?: boolean;
  /** Whether it is found only where no letter, digit or the like stands right beside it; false by default. */
  readonly singleWord?: boolean;
  /** Whether it takes the white space before it; false by default. */
  readonly lstrip?: boolean;
  /** Whether it takes the white space after it; false by default. */
  readonly rstrip?: boolean;
  /** Whether it is looked for in the normalized text; by default only tokens that are not special are. */
  readonly normalized?: boolean;
}

/** The parts of a tokenizer. */
export interface CreateTokenizerOptions {
  /** Rewrites text first; none by default. */
  readonly normalizer?: Normalizer;
  /** Splits it into words; none by default, and a text is one word. */
  readonly preTokenizer?: PreTokenizer;
  /** Turns words into pieces. */
  readonly model: Model;
  /** Puts special tokens around texts; none by default. */
  readonly postProcessor?: PostProcessorOf;
  /** Turns tokens back into text; without one they have spaces between them. */
  readonly decoder?: Decoder;
  /** Tokens that are found in the text before anything else; a string is a special token. None by default. */
  readonly addedTokens?: readonly (string | AddedTokenOptions)[];
}

const OPTIONS = ['normalizer', 'preTokenizer', 'model', 'postProcessor', 'decoder', 'addedTokens'];
const TOKEN_OPTIONS = ['content', 'id', 'special', 'singleWord', 'lstrip', 'rstrip', 'normalized'];

/**
 * A tokenizer of parts that you choose, or write yourself:
 *
 * ```ts
 * import { createTokenizer, lowercaseNormalizer, whitespaceSplitPreTokenizer, wordLevelModel } from 'sesame-nlp/tokenizers';
 *
 * const tokenizer = createTokenizer({
 *   normalizer: lowercaseNormalizer(),
 *   preTokenizer: whitespaceSplitPreTokenizer(),
 *   model: wordLevelModel({ vocab: ['[UNK]', 'the', 'tide'], unknownToken: '[UNK]' }),
 *   addedTokens: ['[UNK]'],
 * });
 * console.log(tokenizer.encode('The tide turns').ids); // [1, 2, 0]
 * ```
 *
 * @throws TokenizerError if parts do not fit each other
 * @throws ConfigError if an option is unknown
 */
export function createTokenizer(options: CreateTokenizerOptions): Tokenizer {
  const owner = 'createTokenizer';
  rejectUnknownOptions(owner, options, OPTIONS);
  const { normalizer, preTokenizer, model, postProcessor, decoder, addedTokens = [] } = options;
  if (typeof model?.encodeWord !== 'function') {
    throw new TokenizerError(`${owner}: the model is ${describe(model)}.\nTry wordPieceModel or bpeModel.`, {
      value: model,
    });
  }
  const vocabulary = new ExtendedVocabulary(model.vocabulary, owner);
  const tokens = addedTokens.map((token) => readAddedToken(token, vocabulary, owner));
  if (new Set(tokens.map(({ id }) => id)).size < tokens.length) {
    throw new TokenizerError(`${owner}: addedTokens has a token twice.\nName each once.`, { value: addedTokens });
  }
  return composeTokenizer({
    normalizer,
    preTokenizer,
    model,
    postProcessor,
    decoder,
    addedTokens: tokens,
    vocabulary,
  });
}

function readAddedToken(token: string | AddedTokenOptions, vocabulary: ExtendedVocabulary, owner: string): AddedToken {
  const options = typeof token === 'string' ? { content: token } : token;
  rejectUnknownOptions(`${owner}: addedTokens`, options, TOKEN_OPTIONS);
  const { content, id, special = true, singleWord = false, lstrip = false, rstrip = false } = options;
  if (typeof content !== 'string' || content === '') {
    throw new TokenizerError(`${owner}: an added token is ${describe(content)}.\nIt must be text, and not empty.`, {
      value: content,
    });
  }
  const normalized = options.normalized ?? !special;
  return {
    id: vocabulary.add(content, id, owner),
    content,
    single_word: singleWord,
    lstrip,
    rstrip,
    normalized,
    special,
  };
}
