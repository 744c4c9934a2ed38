export {
  type LanguageModelBatch,
  type LanguageModelBatches,
  type LanguageModelBatchesOptions,
  type LanguageModelBatchesState,
  languageModelBatches,
} from './languageModelBatches.js';
export type { TokenIds } from './languageModelWindows.js';
export { type SplitText, type SplitTextOptions, splitText } from './splitText.js';
