import { rejectUnknownOptions } from '../errors/index.js';
import type { WordSegmenter } from '../segmentation/index.js';
import { addSpecialTokens } from './addedTokens.js';
import { composeTokenizer } from './composeTokenizer.js';
import { fuseDecoder } from './decoders/fuse.js';
import { WordLevel } from './models/wordLevel.js';
import { lowercaseNormalizer } from './normalizers/lowercase.js';
import { type EncodingTemplate, readTemplate } from './postProcessors/template.js';
import { segmenterPreTokenizer } from './preTokenizers/segmenter.js';
import { sequencePreTokenizer } from './preTokenizers/sequence.js';
import { whitespaceSplitPreTokenizer } from './preTokenizers/whitespaceSplit.js';
import type { Tokenizer } from './tokenizer.js';
import { readVocabulary, type VocabularyInput } from './vocabulary.js';

/** Options of `createWordTokenizer`. */
export interface WordTokenizerOptions {
  /** Words and their ids. */
  readonly vocab: VocabularyInput;
  /** The special token that words outside the vocabulary become; without one they are refused. */
  readonly unknownToken?: string;
  /** Whether letters become lower case; false by default. */
  readonly lowercase?: boolean;
  /** Finds the words of what stands between white space, for Chinese say. Without one that is a word. */
  readonly segmenter?: WordSegmenter;
  /** Tokens that text never becomes unless it is asked to. Those that the vocabulary lacks get the next ids. */
  readonly specialTokens?: readonly string[];
  /** The special tokens that `encode` adds to every text; none by default. */
  readonly template?: EncodingTemplate;
}

const OPTIONS = ['vocab', 'unknownToken', 'lowercase', 'segmenter', 'specialTokens', 'template'];

/**
 * A tokenizer whose tokens are words. Decoding puts spaces between them, or nothing where a segmenter found them.
 *
 * @throws TokenizerError if the vocabulary is malformed
 * @throws ConfigError if an option is unknown
 */
export function createWordTokenizer(options: WordTokenizerOptions): Tokenizer {
  const owner = 'createWordTokenizer';
  rejectUnknownOptions(owner, options, OPTIONS);
  const { unknownToken, lowercase = false, segmenter, specialTokens = [], template } = options;
  const vocabulary = readVocabulary(options.vocab, owner);
  const special = new Set(unknownToken === undefined ? specialTokens : [unknownToken, ...specialTokens]);
  const addedTokens = addSpecialTokens([...special], vocabulary, owner);
  const spaced = whitespaceSplitPreTokenizer();
  return composeTokenizer({
    normalizer: lowercase ? lowercaseNormalizer() : undefined,
    preTokenizer: segmenter === undefined ? spaced : sequencePreTokenizer([spaced, segmenterPreTokenizer(segmenter)]),
    model: new WordLevel(vocabulary, new Set(), unknownToken),
    postProcessor: () => readTemplate(template, vocabulary, owner),
    decoder: segmenter === undefined ? undefined : fuseDecoder(),
    addedTokens: addedTokens.toJson(),
    vocabulary,
  });
}
