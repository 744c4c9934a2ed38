// Reads Hugging Face's tokenizer.json. It is a module of its own so that a bundle that never reads one holds none of
// this.

import type { AddedToken } from '../addedTokens.js';
import { composeTokenizer } from '../composeTokenizer.js';
import { ExtendedVocabulary } from '../extendedVocabulary.js';
import { parseJson } from '../json.js';
import type { Json } from '../pipeline.js';
import type { Tokenizer } from '../tokenizer.js';
import { readDecoder } from './decoders.js';
import { readModel } from './models.js';
import { readNormalizer } from './normalizers.js';
import { readPostProcessor } from './postProcessors.js';
import { readPreTokenizer } from './preTokenizers.js';
import { Section } from './section.js';

const OWNER = 'tokenizerFromJson';

/**
 * The tokenizer that a `tokenizer.json` describes, with all parts that the format knows.
 *
 * Its `truncation` and `padding` are checked and kept for `toJson`, but not applied: they are options of `encode` here.
 * Special tokens in text are found only on request, unlike with Hugging Face's tokenizers: see `parseSpecialTokens`.
 *
 * @param json the text of the file, or what JSON.parse made of it
 * @throws TokenizerError if it is malformed, or has a part or a setting that is not supported, which is named
 * @see https://huggingface.co/docs/tokenizers
 */
export function tokenizerFromJson(json: string | object): Tokenizer {
  const file = new Section(typeof json === 'string' ? parseJson(json, OWNER) : json, 'the file');
  if (file.string('version', '1.0') !== '1.0') file.malformed('version', '"1.0"');
  const part = (key: string) => new Section(file.value(key), key);
  const optional = <T>(key: string, read: (section: Section) => T) => (file.has(key) ? read(part(key)) : undefined);
  const model = readModel(part('model'));
  const vocabulary = new ExtendedVocabulary(model.vocabulary, OWNER);
  return composeTokenizer({
    normalizer: optional('normalizer', readNormalizer),
    preTokenizer: optional('pre_tokenizer', readPreTokenizer),
    model,
    postProcessor: optional('post_processor', readPostProcessor),
    decoder: optional('decoder', readDecoder),
    addedTokens: file.has('added_tokens') ? readAddedTokens(file, vocabulary) : [],
    vocabulary,
    kept: { truncation: readTruncation(file), padding: readPadding(file) },
  });
}

/** Adds the added tokens that the model's vocabulary lacks. */
function readAddedTokens(file: Section, vocabulary: ExtendedVocabulary): AddedToken[] {
  const seen = new Set<string>();
  return file.sections('added_tokens').map((token) => {
    const content = token.string('content');
    if (content === '' || seen.has(content)) token.malformed('content', 'a token that is not empty and is there once');
    seen.add(content);
    const special = token.boolean('special', false);
    return {
      id: vocabulary.add(content, token.count('id'), OWNER),
      content,
      single_word: token.boolean('single_word', false),
      lstrip: token.boolean('lstrip', false),
      rstrip: token.boolean('rstrip', false),
      normalized: token.boolean('normalized', !special),
      special,
    };
  });
}

function readTruncation(file: Section): Json {
  if (!file.has('truncation')) return null;
  const section = new Section(file.value('truncation'), 'truncation');
  section.count('max_length');
  section.count('stride', 0);
  section.choice('strategy', ['LongestFirst', 'OnlyFirst', 'OnlySecond']);
  section.choice('direction', ['Left', 'Right'], 'Right');
  return file.value('truncation') as Json;
}

function readPadding(file: Section): Json {
  if (!file.has('padding')) return null;
  const section = new Section(file.value('padding'), 'padding');
  if (section.value('strategy') !== 'BatchLongest') section.section('strategy').count('Fixed');
  section.choice('direction', ['Left', 'Right'], 'Right');
  section.count('pad_to_multiple_of', 0);
  section.count('pad_id', 0);
  section.count('pad_type_id', 0);
  section.string('pad_token', '[PAD]');
  return file.value('padding') as Json;
}
