/**
 * Models to and from storage: folders of config.json, tokenizer and weights, safetensors files, and stores for
 * checkpoints of a training.
 *
 * @module checkpoints
 */
export * from '../checkpoints/index.js';
export { allArchitectures, type ModelOf } from './architectures.js';
export { FORMAT_VERSION } from './formatVersion.js';
export {
  gpt2LMHeadModel,
  gpt2Model,
  gptLanguageModels,
  openAIGPTLMHeadModel,
  openAIGPTModel,
  sesameGpt,
  sesameGptBackbone,
} from './gptArchitectures.js';
export {
  type LoadPretrainedOptions,
  loadPretrained,
  type Pretrained,
  type PretrainedSource,
} from './loadPretrained.js';
export { type PretrainedToSave, savePretrained } from './savePretrained.js';
