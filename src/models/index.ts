export { createGpt, type Gpt, GptBackbone } from './gpt.js';
export { type GptConfig, type GptOptions, gptConfig, gptPresets } from './gptConfig.js';
