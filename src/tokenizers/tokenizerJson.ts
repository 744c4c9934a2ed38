// Reads Hugging Face's tokenizer.json. It is a module of its own so that a bundle that never reads one holds none of
// this. Text that comes in is untrusted: nothing here takes a key for granted.

import { TokenizerError } from '../errors/index.js';
import { type AddedToken, AddedTokens } from './addedTokens.js';
import { byteLevelBpe } from './byteLevelBpeTokenizer.js';
import { characterTokenizer } from './characterTokenizer.js';
import { describe } from './describe.js';
import { parseJson } from './json.js';
import { type MergesInput, readMerges } from './models/mergeList.js';
import { checkSequences, readTemplate, Template, type TemplateItem } from './postProcessors/template.js';
import { ANY_CHARACTER } from './preTokenizers/characters.js';
import type { Tokenizer } from './tokenizer.js';
import { Vocabulary } from './vocabulary.js';

const OWNER = 'tokenizerFromJson';

/** A JSON object whose values are unknown. */
type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The tokenizer that a `tokenizer.json` describes: byte-level BPE with GPT-2's words, or characters.
 *
 * `truncation` and `padding` are not taken over: they are options of `encode` here.
 *
 * @param json the text of the file, or what JSON.parse made of it
 * @throws TokenizerError if it is malformed, or has a component or a setting that is not supported, which is named
 * @see https://huggingface.co/docs/tokenizers
 */
export function tokenizerFromJson(json: string | object): Tokenizer {
  const file = asObject(typeof json === 'string' ? parseJson(json, OWNER) : json, 'the file');
  if (file.version !== undefined && file.version !== '1.0') unsupported('version', file.version, '"1.0"');
  if (isPresent(file.normalizer)) unsupportedType('normalizer', asObject(file.normalizer, 'normalizer'));
  const model = asObject(file.model, 'model');
  // Files from before the models carried their type are BPE where they have merges.
  const type = model.type ?? (model.merges === undefined ? undefined : 'BPE');
  const vocabulary = readModelVocabulary(model);
  switch (type) {
    case 'BPE':
      return readByteLevelBpe(file, model, vocabulary);
    case 'WordLevel':
      return readCharacters(file, model, vocabulary);
    default:
      return unsupportedType('model', model);
  }
}

function readByteLevelBpe(file: JsonObject, model: JsonObject, vocabulary: Vocabulary): Tokenizer {
  const preTokenizer = readSection(file, 'pre_tokenizer', 'ByteLevel');
  checkSetting(preTokenizer, 'pre_tokenizer', 'add_prefix_space', [false]);
  checkSetting(preTokenizer, 'pre_tokenizer', 'use_regex', [true, undefined]);
  readSection(file, 'decoder', 'ByteLevel');
  checkSetting(model, 'model', 'dropout', [null, undefined, 0]);
  checkSetting(model, 'model', 'unk_token', [null, undefined]);
  checkSetting(model, 'model', 'continuing_subword_prefix', [null, undefined, '']);
  checkSetting(model, 'model', 'end_of_word_suffix', [null, undefined, '']);
  checkSetting(model, 'model', 'byte_fallback', [false, undefined]);
  checkSetting(model, 'model', 'ignore_merges', [false, undefined]);
  const merges = readMerges(asArray(model.merges, 'model.merges') as MergesInput, vocabulary, OWNER);
  const addedTokens = readAddedTokens(file.added_tokens, vocabulary);
  return byteLevelBpe(vocabulary, merges, addedTokens, readPostProcessor(file, vocabulary, 'ByteLevel'));
}

function readCharacters(file: JsonObject, model: JsonObject, vocabulary: Vocabulary): Tokenizer {
  const preTokenizer = readSection(file, 'pre_tokenizer', 'Split');
  const pattern = asObject(preTokenizer.pattern, 'pre_tokenizer.pattern');
  checkSetting(pattern, 'pre_tokenizer.pattern', 'Regex', [ANY_CHARACTER]);
  checkSetting(preTokenizer, 'pre_tokenizer', 'behavior', ['Isolated']);
  checkSetting(preTokenizer, 'pre_tokenizer', 'invert', [false]);
  readSection(file, 'decoder', 'Fuse');
  const unknown = asString(model.unk_token, 'model.unk_token');
  const addedTokens = readAddedTokens(file.added_tokens, vocabulary);
  const template = readPostProcessor(file, vocabulary);
  return characterTokenizer(vocabulary, addedTokens, template, vocabulary.has(unknown) ? unknown : undefined);
}

function readModelVocabulary(model: JsonObject): Vocabulary {
  // A Unigram vocabulary is an array of scores: the model's type is what to complain about then.
  if (Array.isArray(model.vocab)) unsupportedType('model', model);
  return new Vocabulary(Object.entries(asObject(model.vocab, 'model.vocab')), OWNER);
}

/** Adds the added tokens that the model's vocabulary lacks. */
function readAddedTokens(section: unknown, vocabulary: Vocabulary): AddedTokens {
  const seen = new Set<string>();
  const tokens = (isPresent(section) ? asArray(section, 'added_tokens') : []).map((entry, index): AddedToken => {
    const name = `added_tokens[${index}]`;
    const token = asObject(entry, name);
    const content = asString(token.content, `${name}.content`);
    for (const flag of ['single_word', 'lstrip', 'rstrip']) checkSetting(token, name, flag, [false, undefined]);
    if (content === '' || seen.has(content)) {
      malformed(`${name}.content`, content, 'a token that is not empty and is there once');
    }
    seen.add(content);
    if (vocabulary.idOf(content) !== token.id || token.id === undefined) vocabulary.add(content, token.id, OWNER);
    return { id: vocabulary.idOf(content)!, content, special: asBoolean(token.special ?? false, `${name}.special`) };
  });
  return new AddedTokens(tokens);
}

/** @param plain a post-processor that adds no tokens, if the tokenizer may have one */
function readPostProcessor(file: JsonObject, vocabulary: Vocabulary, plain?: string): Template {
  if (!isPresent(file.post_processor)) return readTemplate({}, vocabulary, OWNER);
  const section = asObject(file.post_processor, 'post_processor');
  if (plain !== undefined && section.type === plain) {
    checkSetting(section, 'post_processor', 'trim_offsets', [false]);
    return readTemplate({}, vocabulary, OWNER);
  }
  if (section.type !== 'TemplateProcessing') unsupportedType('post_processor', section);
  const single = readTemplateItems(section, 'single', vocabulary);
  const pair = readTemplateItems(section, 'pair', vocabulary);
  checkSequences(single, ['A'], 'post_processor.single', OWNER);
  checkSequences(pair, ['A', 'B'], 'post_processor.pair', OWNER);
  return new Template(single, pair);
}

function readTemplateItems(section: JsonObject, key: string, vocabulary: Vocabulary): TemplateItem[] {
  const specialTokens = asObject(section.special_tokens ?? {}, 'post_processor.special_tokens');
  return asArray(section[key], `post_processor.${key}`).flatMap((entry, index): TemplateItem[] => {
    const name = `post_processor.${key}[${index}]`;
    const item = asObject(entry, name);
    const isSequence = Object.hasOwn(item, 'Sequence');
    const place = asObject(isSequence ? item.Sequence : item.SpecialToken, name);
    const id = asString(place.id, `${name}.id`);
    const typeId = place.type_id;
    if (typeof typeId !== 'number') return malformed(`${name}.type_id`, typeId, 'a number');
    if (isSequence) {
      return id === 'A' || id === 'B' ? [{ sequence: id, typeId }] : malformed(`${name}.id`, id, '"A" or "B"');
    }
    const special = asObject(Object.hasOwn(specialTokens, id) ? specialTokens[id] : undefined, `special token ${id}`);
    return asArray(special.ids, `the ids of special token ${id}`).map((tokenId): TemplateItem => {
      const token = typeof tokenId === 'number' ? vocabulary.tokenOf(tokenId) : undefined;
      if (token === undefined) return malformed(`the ids of special token ${id}`, tokenId, 'ids of the vocabulary');
      return { token, id: tokenId as number, typeId };
    });
  });
}

/** A component that must be of one type. */
function readSection(file: JsonObject, key: string, type: string): JsonObject {
  const section = asObject(file[key], key);
  if (section.type !== type) unsupportedType(key, section);
  return section;
}

function checkSetting(section: JsonObject, name: string, key: string, supported: readonly unknown[]): void {
  const value = Object.hasOwn(section, key) ? section[key] : undefined;
  if (supported.includes(value)) return;
  unsupported(
    `${name}.${key}`,
    value,
    supported
      .filter((choice) => choice !== undefined)
      .map(describe)
      .join(' or '),
  );
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function asObject(value: unknown, name: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  return malformed(name, value, 'an object');
}

function asArray(value: unknown, name: string): readonly unknown[] {
  // Array.from makes the holes of a sparse array entries, which then are found to be no tokens.
  return Array.isArray(value) ? Array.from<unknown>(value) : malformed(name, value, 'an array');
}

function asString(value: unknown, name: string): string {
  return typeof value === 'string' ? value : malformed(name, value, 'a string');
}

function asBoolean(value: unknown, name: string): boolean {
  return typeof value === 'boolean' ? value : malformed(name, value, 'true or false');
}

function malformed(name: string, value: unknown, expected: string): never {
  throw new TokenizerError(
    `${OWNER}: ${name} is ${describe(value)}.\nExpected ${expected}. Is this a whole tokenizer.json?`,
    { value },
  );
}

function unsupported(name: string, value: unknown, supported: string): never {
  throw new TokenizerError(`${OWNER}: ${name} is ${describe(value)}.\nThe value supported is ${supported}.`, { value });
}

function unsupportedType(name: string, section: JsonObject): never {
  const type = describe(section.type);
  throw new TokenizerError(
    `${OWNER}: the ${name} is of type ${type}, which is not supported there.\n` +
      'Supported: BPE with ByteLevel pre-tokenizer and decoder, and WordLevel with Split by character and Fuse.',
    { value: section.type },
  );
}
