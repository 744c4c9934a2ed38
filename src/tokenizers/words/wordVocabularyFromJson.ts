import { TokenizerError } from '../../errors/index.js';
import { describe } from '../describe.js';
import { parseJson } from '../json.js';
import type { VocabularyInput } from '../vocabulary.js';
import { type WordVocabulary, wordVocabulary } from './wordVocabulary.js';

const OWNER = 'wordVocabularyFromJson';

/**
 * The vocabulary that `toJson` of a word vocabulary wrote.
 *
 * @throws TokenizerError if the text is not JSON, or not of such a vocabulary
 */
export function wordVocabularyFromJson(json: string): WordVocabulary {
  const file = parseJson(json, OWNER);
  if (!isRecord(file) || file.type !== 'WordVocabulary' || !isRecord(file.vocab)) {
    throw new TokenizerError(
      `${OWNER}: this is no vocabulary of words: the type is ${describe(isRecord(file) ? file.type : file)}.\n` +
        'Pass what toJson wrote; createWordVocabulary({ vocab }) takes a vocab.json.',
      { value: json },
    );
  }
  const { vocab, unknownToken, specialTokens = [] } = file;
  if (unknownToken !== undefined && typeof unknownToken !== 'string') throw malformed('unknownToken', unknownToken);
  if (!Array.isArray(specialTokens) || !specialTokens.every((token) => typeof token === 'string')) {
    throw malformed('specialTokens', specialTokens);
  }
  // The ids are checked where the vocabulary is read.
  const options = { vocab: vocab as VocabularyInput, specialTokens };
  return wordVocabulary(unknownToken === undefined ? options : { ...options, unknownToken }, OWNER);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(name: string, value: unknown): TokenizerError {
  return new TokenizerError(`${OWNER}: ${name} is ${describe(value)}.\nPass what toJson wrote, unchanged.`, { value });
}
