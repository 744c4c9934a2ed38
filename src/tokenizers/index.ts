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
export { type BagOfWordsOptions, bagOfWords } from './words/bagOfWords.js';
export { inverseDocumentFrequencies } from './words/inverseDocumentFrequencies.js';
export { oneHot } from './words/oneHot.js';
export { readTokenLines, writeTokenLines } from './words/tokenLines.js';
export { createWordVocabulary, type WordVocabulary, type WordVocabularyOptions } from './words/wordVocabulary.js';
export { wordVocabularyFromJson } from './words/wordVocabularyFromJson.js';
