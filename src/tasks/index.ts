export {
  type TextGenerationOptions,
  type TextGenerator,
  type TextGeneratorOptions,
  textGenerator,
} from './textGenerator.js';
