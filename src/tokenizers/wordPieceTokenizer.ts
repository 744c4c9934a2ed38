import { rejectUnknownOptions, TokenizerError } from '../errors/index.js';
import { addSpecialTokens } from './addedTokens.js';
import { composeTokenizer } from './composeTokenizer.js';
import { cleanUpDecoder } from './decoders/cleanUp.js';
import { WordPiece } from './models/wordPiece.js';
import { bertNormalizer } from './normalizers/bert.js';
import { type EncodingTemplate, readTemplate } from './postProcessors/template.js';
import { bertPreTokenizer } from './preTokenizers/bert.js';
import type { Tokenizer } from './tokenizer.js';
import { readVocabulary, type Vocabulary, type VocabularyInput } from './vocabulary.js';

/** Options of `createWordPieceTokenizer`. */
export interface WordPieceTokenizerOptions {
  /** Pieces and their ids: the lines of a vocab.txt as an array, an object or a Map. */
  readonly vocab: VocabularyInput;
  /** Whether letters become lower case; true by default, as for the models that are called uncased. */
  readonly lowercase?: boolean;
  /** Whether accents go; by default where letters become lower case. */
  readonly stripAccents?: boolean;
  /** Whether each Han character is a word of its own; true by default. */
  readonly splitHan?: boolean;
  /** Longer words are unknown, in characters; 100 by default. Google's first code has 200. */
  readonly maxCharactersPerWord?: number;
  /** Words, with white space around them, that keep case, accents and punctuation; none by default. */
  readonly neverSplit?: readonly string[];
  /** What a word becomes that the vocabulary cannot spell; `[UNK]` by default. */
  readonly unknownToken?: string;
  /**
   * Tokens that text never becomes unless it is asked to. Those that the vocabulary lacks get the next ids. By default
   * those of `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]` and `[MASK]` that the vocabulary has.
   */
  readonly specialTokens?: readonly string[];
  /**
   * The special tokens that `encode` adds to every text. By default BERT's, `[CLS] $A [SEP]` and
   * `[CLS] $A [SEP] $B:1 [SEP]:1`, where the vocabulary has both.
   */
  readonly template?: EncodingTemplate;
}

const OPTIONS = [
  'vocab',
  'lowercase',
  'stripAccents',
  'splitHan',
  'maxCharactersPerWord',
  'neverSplit',
  'unknownToken',
  'specialTokens',
  'template',
];
const SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const BERT_TEMPLATE = { single: '[CLS] $A [SEP]', pair: '[CLS] $A [SEP] $B:1 [SEP]:1' };

/**
 * BERT's tokenizer: text is cleaned, split into words at white space, punctuation and Han characters, and each word is
 * spelt with the longest pieces there are. Decoding puts spaces between words, as English has them.
 *
 * @throws TokenizerError if the vocabulary is malformed, or lacks the unknown token
 * @throws ConfigError if an option is unknown
 * @see Devlin et al. 2018, https://arxiv.org/abs/1810.04805
 */
export function createWordPieceTokenizer(options: WordPieceTokenizerOptions): Tokenizer {
  const owner = 'createWordPieceTokenizer';
  rejectUnknownOptions(owner, options, OPTIONS);
  const { lowercase = true, stripAccents, splitHan = true, neverSplit = [], unknownToken = '[UNK]' } = options;
  const vocabulary = readVocabulary(options.vocab, owner);
  const { specialTokens = SPECIAL_TOKENS.filter((token) => vocabulary.has(token)) } = options;
  const addedTokens = addSpecialTokens(specialTokens, vocabulary, owner);
  if (!vocabulary.has(unknownToken)) {
    throw new TokenizerError(
      `${owner}: the vocabulary has no ${JSON.stringify(unknownToken)} for words that it cannot spell.\n` +
        'Name one of its tokens as unknownToken, or add this one to specialTokens.',
      { value: unknownToken },
    );
  }
  const { template = hasAll(vocabulary, ['[CLS]', '[SEP]']) ? BERT_TEMPLATE : undefined } = options;
  const { maxCharactersPerWord = 100 } = options;
  return composeTokenizer({
    normalizer: bertNormalizer({
      lowercase,
      splitHan,
      neverSplit,
      ...(stripAccents !== undefined && { stripAccents }),
    }),
    preTokenizer: bertPreTokenizer({ neverSplit }),
    model: new WordPiece(vocabulary, { unknownToken, continuingPrefix: '##', maxCharactersPerWord }),
    postProcessor: () => readTemplate(template, vocabulary, owner),
    decoder: cleanUpDecoder(),
    addedTokens: addedTokens.toJson(),
    vocabulary,
  });
}

function hasAll(vocabulary: Vocabulary, tokens: readonly string[]): boolean {
  return tokens.every((token) => vocabulary.has(token));
}
