export { type ByteLevelBpeOptions, createByteLevelBpeTokenizer } from './byteLevelBpeTokenizer.js';
export { type CharacterTokenizerOptions, createCharacterTokenizer } from './characterTokenizer.js';
export type { Encoding } from './encoding.js';
export type { MergesInput } from './models/mergeList.js';
export type { EncodingTemplate } from './postProcessors/template.js';
export type {
  DecodeOptions,
  DecodeStream,
  EncodeBatchOptions,
  EncodeOptions,
  PadSide,
  Tokenizer,
} from './tokenizer.js';
export { tokenizerFromJson } from './tokenizerJson.js';
export { type TrainByteLevelBpeOptions, trainByteLevelBpeTokenizer } from './trainers/byteLevelBpeTrainer.js';
export { type TrainCharacterOptions, trainCharacterTokenizer } from './trainers/characterTrainer.js';
export type { TokenizerCorpus, TokenizerTrainingProgress } from './trainers/corpus.js';
export type { VocabularyInput } from './vocabulary.js';
