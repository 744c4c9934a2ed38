// Folders of the field hold a tokenizer in one of several forms. A tokenizer.json says everything; older ones hold only a
// vocabulary, and what is to be done with it follows from the names of the files and from tokenizer_config.json.

import { ConfigError, TokenizerError } from '../errors/index.js';
import { createByteLevelBpeTokenizer } from './byteLevelBpeTokenizer.js';
import { createGpt1Tokenizer } from './gpt1Tokenizer.js';
import { parseJson } from './json.js';
import type { EncodingTemplate } from './postProcessors/template.js';
import { createSentencePieceTokenizer } from './sentencePiece/sentencePieceTokenizer.js';
import type { Tokenizer } from './tokenizer.js';
import { tokenizerFromJson } from './tokenizerJson/tokenizerFromJson.js';
import { vocabularyLines } from './vocabularyLines.js';
import { createWordPieceTokenizer } from './wordPieceTokenizer.js';

/** Where a tokenizer is read from: anything that gives files by name. */
export interface TokenizerSource {
  /** The bytes of a file; rejects if there is none. */
  read(file: string): Promise<Uint8Array>;
  /** The names of the files. Without it, files are found out by reading them. */
  list?(): Promise<readonly string[]>;
}

/** What tokenizer_config.json and config.json say. */
type Settings = Readonly<Record<string, unknown>>;

const OWNER = 'loadTokenizer';
const SPIECE_FILES = ['spiece.model', 'tokenizer.model'];
const T5_EXTRA_IDS = 100;
const ROBERTA_TEMPLATE = { single: '<s> $A </s>', pair: '<s> $A </s> </s> $B </s>' };
const T5_TEMPLATE = { single: '$A </s>', pair: '$A </s> $B </s>' };
const LLAMA_TEMPLATE = { single: '<s> $A', pair: '<s> $A <s> $B' };

/**
 * The tokenizer of a folder in Hugging Face's layout: its tokenizer.json if there is one, else what its vocabulary is for:
 * vocab.txt (BERT), vocab.json and merges.txt (GPT-2, RoBERTa or GPT-1), spiece.model or tokenizer.model (T5, Llama and
 * other SentencePiece models). tokenizer_config.json and config.json say which, and how.
 *
 * @param source a folder: `directoryFolder(path)` of `sesame-nlp/checkpoints/node`, or anything with a `read`
 * @returns undefined if the folder holds no tokenizer
 * @throws TokenizerError if a file is malformed
 * @throws ConfigError if the source is no folder
 */
export async function loadTokenizer(source: TokenizerSource): Promise<Tokenizer | undefined> {
  if (typeof source?.read !== 'function') {
    throw new ConfigError(`${OWNER}: the source is no folder that can be read. Try directoryFolder('models/bert').`, {
      value: source,
    });
  }
  const files = await filesOf(source);
  const text = async (file: string) => new TextDecoder().decode(await source.read(file));
  if (files.has('tokenizer.json')) {
    return tokenizerFromJson(parseJson(await text('tokenizer.json'), 'tokenizer.json') as object);
  }
  const settings = {
    ...(files.has('config.json') ? parseSettings(await text('config.json'), 'config.json') : {}),
    ...(files.has('tokenizer_config.json')
      ? parseSettings(await text('tokenizer_config.json'), 'tokenizer_config.json')
      : {}),
  };
  if (files.has('vocab.json') && files.has('merges.txt')) {
    return readBpe(await text('vocab.json'), await text('merges.txt'), settings);
  }
  if (files.has('vocab.txt')) return readWordPiece(await text('vocab.txt'), settings);
  const spiece = SPIECE_FILES.find((file) => files.has(file));
  return spiece === undefined ? undefined : readSentencePiece(await source.read(spiece), settings);
}

const FILES = ['tokenizer.json', 'tokenizer_config.json', 'config.json', 'vocab.json', 'merges.txt', 'vocab.txt'];

async function filesOf(source: TokenizerSource): Promise<ReadonlySet<string>> {
  if (source.list !== undefined) return new Set(await source.list());
  const found = await Promise.all(
    [...FILES, ...SPIECE_FILES].map((file) =>
      source.read(file).then(
        () => [file],
        () => [],
      ),
    ),
  );
  return new Set(found.flat());
}

function parseSettings(text: string, file: string): Settings {
  const settings = parseJson(text, file);
  if (typeof settings === 'object' && settings !== null && !Array.isArray(settings)) return settings as Settings;
  throw new TokenizerError(`${file} must hold a JSON object.`, { value: settings });
}

/** What kind of tokenizer the settings speak of: `Bert`, `GPT2` and so on; '' if they do not say. */
function kindOf(settings: Settings): string {
  const { tokenizer_class: tokenizerClass, model_type: modelType } = settings;
  if (typeof tokenizerClass === 'string') return tokenizerClass.replace(/Tokenizer(Fast)?$/, '');
  const kinds: Readonly<Record<string, string>> = {
    'openai-gpt': 'OpenAIGPT',
    roberta: 'Roberta',
    t5: 'T5',
    llama: 'Llama',
  };
  return typeof modelType === 'string' && Object.hasOwn(kinds, modelType) ? kinds[modelType]! : '';
}

function readWordPiece(vocab: string, settings: Settings): Tokenizer {
  const { do_lower_case: lowercase, strip_accents: stripAccents, tokenize_chinese_chars: splitHan } = settings;
  const { never_split: neverSplit, unk_token: unknownToken } = settings;
  return createWordPieceTokenizer({
    vocab: vocabularyLines(vocab),
    ...(typeof lowercase === 'boolean' && { lowercase }),
    ...(typeof stripAccents === 'boolean' && { stripAccents }),
    ...(typeof splitHan === 'boolean' && { splitHan }),
    ...(typeof unknownToken === 'string' && { unknownToken }),
    ...(Array.isArray(neverSplit) && { neverSplit: neverSplit.filter((word) => typeof word === 'string') }),
  });
}

function readBpe(vocab: string, merges: string, settings: Settings): Tokenizer {
  const kind = kindOf(settings);
  if (kind === 'OpenAIGPT') return createGpt1Tokenizer({ vocab, merges });
  if (kind !== 'Roberta') return createByteLevelBpeTokenizer({ vocab, merges });
  const specialTokens = ['<s>', '<pad>', '</s>', '<unk>', '<mask>'];
  return createByteLevelBpeTokenizer({ vocab, merges, specialTokens, template: ROBERTA_TEMPLATE });
}

function readSentencePiece(model: Uint8Array, settings: Settings): Tokenizer {
  const kind = kindOf(settings);
  if (kind === 'XLMRoberta' || kind === 'Camembert' || kind === 'MBart') {
    throw new TokenizerError(
      `${OWNER}: the ids of ${kind}'s tokenizer are not those of its SentencePiece model.\n` +
        'Save it as tokenizer.json with Hugging Face transformers, which says what they are.',
      { value: kind },
    );
  }
  const { extra_ids: extraIds } = settings;
  const templates: Readonly<Record<string, EncodingTemplate>> = { T5: T5_TEMPLATE, Llama: LLAMA_TEMPLATE };
  return createSentencePieceTokenizer(model, {
    extraIds: kind === 'T5' ? (typeof extraIds === 'number' ? extraIds : T5_EXTRA_IDS) : 0,
    template: Object.hasOwn(templates, kind) ? templates[kind]! : {},
  });
}
