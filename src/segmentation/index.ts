export { type CountTypesOptions, countTypes, type TypeCounts } from './countTypes.js';
export {
  createDictionarySegmenter,
  type DictionarySegmenter,
  type DictionarySegmenterOptions,
} from './dictionarySegmenter.js';
export { type FrequentTypesOptions, frequentTypes } from './frequentTypes.js';
export { createIntlSegmenter, type IntlSegmenterOptions } from './intlSegmenter.js';
export { readJiebaDictionary, writeJiebaDictionary } from './jiebaDictionary.js';
export {
  type DictionaryTrainingProgress,
  type TrainDictionaryOptions,
  trainDictionarySegmenter,
} from './trainDictionarySegmenter.js';
export { createWhitespaceSegmenter } from './whitespaceSegmenter.js';
export { type WordSegment, type WordSegmenter, wordsOf } from './wordSegmenter.js';
