export { type ByteLevelBpeOptions, createByteLevelBpeTokenizer } from './byteLevelBpeTokenizer.js';
export { type CharacterTokenizerOptions, createCharacterTokenizer } from './characterTokenizer.js';
export { type Cpm2TokenizerOptions, createCpm2Tokenizer } from './cpm2Tokenizer.js';
export { type AddedTokenOptions, type CreateTokenizerOptions, createTokenizer } from './createTokenizer.js';
export { bpeDecoder } from './decoders/bpe.js';
export { byteFallbackDecoder } from './decoders/byteFallback.js';
export { type ByteLevelTokenDecoder, byteLevelDecoder } from './decoders/byteLevel.js';
export { type CtcDecoderOptions, ctcDecoder } from './decoders/ctc.js';
export { fuseDecoder } from './decoders/fuse.js';
export { metaspaceDecoder } from './decoders/metaspace.js';
export { replaceDecoder } from './decoders/replace.js';
export { sequenceDecoder } from './decoders/sequence.js';
export { stripDecoder } from './decoders/strip.js';
export { type WordPieceDecoderOptions, wordPieceDecoder } from './decoders/wordPiece.js';
export {
  createElmoCharacterIndexer,
  type ElmoCharacterIndexer,
  type ElmoCharacterIndexerOptions,
} from './elmoCharacterIndexer.js';
export type { Encoding } from './encoding.js';
export { createGpt1Tokenizer, type Gpt1TokenizerOptions } from './gpt1Tokenizer.js';
export { loadTokenizer, type TokenizerSource } from './loadTokenizer.js';
export { MappedText, MappedTextBuilder, mapCharacters } from './mappedText.js';
export { type BpeModelOptions, bpeModel } from './models/bpe.js';
export type { MergesInput } from './models/mergeList.js';
export { type UnigramModelOptions, unigramModel } from './models/unigram.js';
export { type WordLevelModelOptions, wordLevelModel } from './models/wordLevelModel.js';
export { type WordPieceModelOptions, wordPieceModel } from './models/wordPiece.js';
export { type BertNormalizer, type BertNormalizerOptions, bertNormalizer } from './normalizers/bert.js';
export { byteLevelNormalizer } from './normalizers/byteLevel.js';
export { lowercaseNormalizer } from './normalizers/lowercase.js';
export { nmtNormalizer } from './normalizers/nmt.js';
export { type PrecompiledMatching, precompiledNormalizer } from './normalizers/precompiled.js';
export { prependNormalizer } from './normalizers/prepend.js';
export { replaceNormalizer } from './normalizers/replace.js';
export { sequenceNormalizer } from './normalizers/sequence.js';
export { type StripOptions, stripNormalizer } from './normalizers/strip.js';
export { stripAccentsNormalizer } from './normalizers/stripAccents.js';
export { nfcNormalizer, nfdNormalizer, nfkcNormalizer, nfkdNormalizer } from './normalizers/unicode.js';
export type { Pattern } from './pattern.js';
export type { PieceRows } from './pieceRows.js';
export type {
  Decoder,
  Json,
  JsonSection,
  Model,
  Normalizer,
  PieceSink,
  PostProcessor,
  PostProcessorOf,
  PreTokenizer,
  TokenSink,
  TokenVocabulary,
} from './pipeline.js';
export { type BertPostProcessorOptions, bertPostProcessor } from './postProcessors/bert.js';
export { type ByteLevelPostProcessorOptions, byteLevelPostProcessor } from './postProcessors/byteLevel.js';
export { type RobertaPostProcessorOptions, robertaPostProcessor } from './postProcessors/roberta.js';
export { sequencePostProcessor } from './postProcessors/sequence.js';
export type { EncodingTemplate } from './postProcessors/template.js';
export { templatePostProcessor } from './postProcessors/templatePostProcessor.js';
export { type BertPreTokenizer, type BertPreTokenizerOptions, bertPreTokenizer } from './preTokenizers/bert.js';
export { type ByteLevelOptions, type ByteLevelPreTokenizer, byteLevelPreTokenizer } from './preTokenizers/byteLevel.js';
export { charDelimiterSplitPreTokenizer } from './preTokenizers/charDelimiterSplit.js';
export { type DigitsOptions, digitsPreTokenizer } from './preTokenizers/digits.js';
export { fixedLengthPreTokenizer } from './preTokenizers/fixedLength.js';
export { type MetaspaceOptions, metaspacePreTokenizer, type PrependScheme } from './preTokenizers/metaspace.js';
export { punctuationPreTokenizer } from './preTokenizers/punctuation.js';
export { segmenterPreTokenizer } from './preTokenizers/segmenter.js';
export { type SequencePreTokenizer, sequencePreTokenizer } from './preTokenizers/sequence.js';
export { type SplitOptions, splitPreTokenizer } from './preTokenizers/split.js';
export type { SplitBehavior } from './preTokenizers/splitBehavior.js';
export { unicodeScriptsPreTokenizer } from './preTokenizers/unicodeScripts.js';
export { whitespacePreTokenizer } from './preTokenizers/whitespace.js';
export { whitespaceSplitPreTokenizer } from './preTokenizers/whitespaceSplit.js';
export {
  createSentencePieceTokenizer,
  type SentencePieceTokenizerOptions,
} from './sentencePiece/sentencePieceTokenizer.js';
export type {
  DecodeOptions,
  DecodeStream,
  EncodeBatchOptions,
  EncodeOptions,
  PadSide,
  Tokenizer,
} from './tokenizer.js';
export { tokenizerFromJson } from './tokenizerJson/tokenizerFromJson.js';
export { type TrainByteLevelBpeOptions, trainByteLevelBpeTokenizer } from './trainers/byteLevelBpeTrainer.js';
export { type TrainCharacterOptions, trainCharacterTokenizer } from './trainers/characterTrainer.js';
export type { TokenizerCorpus, TokenizerTrainingProgress } from './trainers/corpus.js';
export type { Truncation } from './truncation.js';
export { createUnigramTokenizer, type UnigramTokenizerOptions } from './unigramTokenizer.js';
export type { VocabularyInput } from './vocabulary.js';
export { createWordPieceTokenizer, type WordPieceTokenizerOptions } from './wordPieceTokenizer.js';
export { type BagOfWordsOptions, bagOfWords } from './words/bagOfWords.js';
export { inverseDocumentFrequencies } from './words/inverseDocumentFrequencies.js';
export { oneHot } from './words/oneHot.js';
export { readTokenLines, writeTokenLines } from './words/tokenLines.js';
export { createWordVocabulary, type WordVocabulary, type WordVocabularyOptions } from './words/wordVocabulary.js';
export { wordVocabularyFromJson } from './words/wordVocabularyFromJson.js';
export { createWordTokenizer, type WordTokenizerOptions } from './wordTokenizer.js';
