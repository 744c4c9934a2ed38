export { Head } from './head.js';
export { HeadedModel, type HeadedOutput, withHead } from './headedModel.js';
export {
  type LanguageModelingConfig,
  LanguageModelingHead,
  type LanguageModelTargets,
  languageModeling,
} from './languageModeling.js';
