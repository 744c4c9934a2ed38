import { rejectUnknownOptions } from '../../errors/index.js';
import type { PostProcessorOf } from '../pipeline.js';
import { specialTokenEntry } from './specialTokenEntry.js';
import { readTemplate } from './template.js';

/** Options of `bertPostProcessor`. */
export interface BertPostProcessorOptions {
  /** The token that a text begins with; `[CLS]` by default. */
  readonly cls?: string;
  /** The token that a text ends with; `[SEP]` by default. */
  readonly sep?: string;
}

/** `[CLS] $A [SEP]`, and `[CLS] $A [SEP] $B:1 [SEP]:1` for a pair. */
export function bertPostProcessor(options: BertPostProcessorOptions = {}): PostProcessorOf {
  const owner = 'bertPostProcessor';
  rejectUnknownOptions(owner, options, ['cls', 'sep']);
  const { cls = '[CLS]', sep = '[SEP]' } = options;
  return (vocabulary) => {
    const section = {
      type: 'BertProcessing',
      sep: specialTokenEntry(sep, vocabulary, owner),
      cls: specialTokenEntry(cls, vocabulary, owner),
    };
    const template = readTemplate(
      { single: `${cls} $A ${sep}`, pair: `${cls} $A ${sep} $B:1 ${sep}:1` },
      vocabulary,
      owner,
    );
    return {
      addedTokens: (hasPair) => template.addedTokens(hasPair),
      apply: (first, second, addSpecialTokens) => template.apply(first, second, addSpecialTokens),
      toJson: () => section,
    };
  };
}
