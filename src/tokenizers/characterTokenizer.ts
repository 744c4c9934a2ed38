import { rejectUnknownOptions, TokenizerError } from '../errors/index.js';
import { addSpecialTokens } from './addedTokens.js';
import { FuseDecoder } from './decoders/fuse.js';
import { WordLevel } from './models/wordLevel.js';
import { PipelineTokenizer } from './pipelineTokenizer.js';
import { type EncodingTemplate, readTemplate } from './postProcessors/template.js';
import { CharacterSplitter } from './preTokenizers/characters.js';
import type { Tokenizer } from './tokenizer.js';
import { readVocabulary, type VocabularyInput } from './vocabulary.js';
import { WordEncoder } from './wordEncoder.js';

/** Options of `createCharacterTokenizer`. */
export interface CharacterTokenizerOptions {
  /** Characters and their ids. A character is a Unicode code point. */
  readonly vocab: VocabularyInput;
  /** The special token that characters outside the vocabulary become; without one they are refused. */
  readonly unknownToken?: string;
  /** Tokens that text never becomes unless it is asked to. Those that the vocabulary lacks get the next ids. */
  readonly specialTokens?: readonly string[];
  /** The special tokens that `encode` adds to every text; none by default. */
  readonly template?: EncodingTemplate;
}

/**
 * A tokenizer whose tokens are single characters, Unicode code points: 潮 is one, an emoji made of three joined by
 * U+200D is five. A lone surrogate is read as U+FFFD.
 *
 * @throws TokenizerError if the vocabulary is malformed, or holds what is neither a character nor a special token
 * @throws ConfigError if an option is unknown
 */
export function createCharacterTokenizer(options: CharacterTokenizerOptions): Tokenizer {
  const owner = 'createCharacterTokenizer';
  rejectUnknownOptions(owner, options, ['vocab', 'unknownToken', 'specialTokens', 'template']);
  const { unknownToken } = options;
  const vocabulary = readVocabulary(options.vocab, owner);
  const specialTokens = new Set(options.specialTokens);
  if (unknownToken !== undefined) specialTokens.add(unknownToken);
  const addedTokens = addSpecialTokens([...specialTokens], vocabulary, owner);
  for (const [token, id] of vocabulary.entries()) {
    if (addedTokens.has(id) || [...token].length === 1) continue;
    throw new TokenizerError(
      `${owner}: the token ${JSON.stringify(token)} is not one character.\nIf it is a special token, list it in specialTokens.`,
      { value: token },
    );
  }
  const specialIds = new Set(addedTokens.special().values());
  return new PipelineTokenizer({
    vocabulary,
    addedTokens,
    encoder: new WordEncoder(new CharacterSplitter(), new WordLevel(vocabulary, specialIds, unknownToken)),
    postProcessor: readTemplate(options.template, vocabulary, owner),
    decoder: new FuseDecoder(vocabulary),
  });
}
