import { rejectUnknownOptions } from '../../errors/index.js';
import type { Model } from '../pipeline.js';
import { readVocabulary, type VocabularyInput } from '../vocabulary.js';
import { WordLevel } from './wordLevel.js';

/** Options of `wordLevelModel`. */
export interface WordLevelModelOptions {
  /** Words and their ids. */
  readonly vocab: VocabularyInput;
  /** What other words become; without one in the vocabulary they are refused. */
  readonly unknownToken?: string;
}

/**
 * A model whose pieces are whole words.
 *
 * @throws TokenizerError if the vocabulary is malformed
 * @throws ConfigError if an option is unknown
 */
export function wordLevelModel(options: WordLevelModelOptions): Model {
  const owner = 'wordLevelModel';
  rejectUnknownOptions(owner, options, ['vocab', 'unknownToken']);
  return new WordLevel(readVocabulary(options.vocab, owner), new Set(), options.unknownToken);
}
