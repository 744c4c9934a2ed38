export { createGpt, type Gpt, GptBackbone } from './gpt.js';
export {
  type GptConfig,
  type GptOptions,
  type GptPreset,
  type GptPresets,
  gptConfig,
  gptPresets,
} from './gptConfig.js';
