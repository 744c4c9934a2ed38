export { type ByteLevelBpeOptions, createByteLevelBpeTokenizer } from './byteLevelBpeTokenizer.js';
export { type CharacterTokenizerOptions, createCharacterTokenizer } from './characterTokenizer.js';
export type { Encoding } from './encoding.js';
export type { MergesInput } from './models/mergeList.js';
export type { TemplateOptions } from './postProcessors/template.js';
export type {
  DecodeOptions,
  DecodeStream,
  EncodeBatchOptions,
  EncodeOptions,
  PadSide,
  Tokenizer,
} from './tokenizer.js';
export type { VocabularyInput } from './vocabulary.js';
