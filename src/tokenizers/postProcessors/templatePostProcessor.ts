import type { PostProcessorOf } from '../pipeline.js';
import { type EncodingTemplate, readTemplate } from './template.js';

/** Puts special tokens around texts, where a template says. */
export function templatePostProcessor(template: EncodingTemplate): PostProcessorOf {
  return (vocabulary) => readTemplate(template, vocabulary, 'templatePostProcessor');
}
