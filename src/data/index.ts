export { type AlignLabelsOptions, alignLabels } from './alignLabels.js';
export { type BatchExamplesOptions, batchExamples } from './batchExamples.js';
export { type BucketByLengthOptions, bucketByLength } from './bucketByLength.js';
export { type JoinedWords, joinWords, wordIdsOf } from './joinWords.js';
export {
  type LanguageModelBatch,
  type LanguageModelBatches,
  type LanguageModelBatchesOptions,
  type LanguageModelBatchesState,
  languageModelBatches,
} from './languageModelBatches.js';
export type { TokenIds } from './languageModelWindows.js';
export { type ExampleSource, mapExamples } from './mapExamples.js';
export { type PackedRow, type PackTokensOptions, packTokens } from './packTokens.js';
export { type PadBatchOptions, type PaddedBatch, padBatch, type UnpaddedRow } from './padBatch.js';
export type { BadLineHandling } from './readers/badLines.js';
export { type Conll2003Column, type ConllSentence, type ReadConllOptions, readConll } from './readers/readConll.js';
export {
  type ConlluAnnotations,
  type ConlluEmptyNode,
  type ConlluMultiwordToken,
  type ConlluSentence,
  type ConlluWord,
  readConllu,
} from './readers/readConllu.js';
export { readCsv, readTsv } from './readers/readCsv.js';
export type { ReaderOptions } from './readers/readerOptions.js';
export { type ReadJsonLinesOptions, readJsonLines } from './readers/readJsonLines.js';
export { readLines } from './readers/readLines.js';
export { type NliExample, type NliLabel, type ReadNliOptions, readNli } from './readers/readNli.js';
export { type ParallelExample, type ReadParallelOptions, readParallel } from './readers/readParallel.js';
export {
  type AnswerSpan,
  type QuestionExample,
  type ReadSquadOptions,
  readSquad,
  type WrongAnswerHandling,
} from './readers/readSquad.js';
export type { ReadCsvOptions, ReadTsvOptions, TableRow } from './readers/readTable.js';
export type { TextPieces, TextSource } from './readers/textSource.js';
export { type ShuffleExamplesOptions, shuffleExamples } from './shuffleExamples.js';
export { type SplitText, type SplitTextOptions, splitText } from './splitText.js';
export { type ConvertTagsOptions, convertTags } from './tags/convertTags.js';
export { spansToTags } from './tags/spansToTags.js';
export type { TaggedSpan, TagScheme } from './tags/tagSchemes.js';
export { type TagsToSpansOptions, tagsToSpans } from './tags/tagsToSpans.js';
