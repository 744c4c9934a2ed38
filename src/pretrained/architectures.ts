import type { Architecture } from '../checkpoints/index.js';
import {
  gpt2LMHeadModel,
  gpt2Model,
  openAIGPTLMHeadModel,
  openAIGPTModel,
  sesameGpt,
  sesameGptBackbone,
} from './gptArchitectures.js';

/** Every architecture of the library, the most widely read form of a model first: saving takes the first that fits. */
export const allArchitectures = [
  gpt2LMHeadModel,
  gpt2Model,
  openAIGPTLMHeadModel,
  openAIGPTModel,
  sesameGpt,
  sesameGptBackbone,
] as const;

/** The model that an architecture builds. */
export type ModelOf<A> = A extends Architecture<infer Model> ? Model : never;
