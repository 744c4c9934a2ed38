export { accuracy } from './accuracy.js';
export { answerInText } from './answerInText.js';
export type { AnswerScores } from './answerScores.js';
export { type BleuOptions, type BleuScore, bleu, sentenceBleu } from './bleu.js';
export {
  addKSmoothing,
  type BleuSmoothing,
  exponentialSmoothing,
  floorSmoothing,
  type NgramCounts,
  noSmoothing,
} from './bleuSmoothing.js';
export { cmrc } from './cmrc.js';
export { type ConfusionMatrix, confusionMatrix } from './confusionMatrix.js';
export { confusionTable } from './confusionTable.js';
export { type EntityF1Options, type EntityScores, entityF1, type TagBatch } from './entityF1.js';
export type { Label, LabelBatch, LabelOptions, Labels } from './labels.js';
export { matthewsCorrelation } from './matthewsCorrelation.js';
export type { Metric, NumberSequence } from './metric.js';
export { pearsonCorrelation } from './pearsonCorrelation.js';
export { type LossSum, perplexity } from './perplexity.js';
export { type LabelScores, precisionRecallF1 } from './precisionRecallF1.js';
export { type RougeOptions, type RougeScores, rouge } from './rouge.js';
export type { CountedScores, MatchCounts, PrecisionRecallF1 } from './scores.js';
export { spearmanCorrelation } from './spearmanCorrelation.js';
export { type SquadOptions, type SquadScores, squad } from './squad.js';
export type { ReferenceTexts, TextBatch, TextTokenizer } from './texts.js';
export { tokenize13a } from './tokenize13a.js';
export { tokenizeChinese } from './tokenizeChinese.js';
export { tokenizeInternational } from './tokenizeInternational.js';
export { tokenizeCharacters, tokenizeWords } from './whiteSpace.js';
