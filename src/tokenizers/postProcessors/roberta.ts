import { rejectUnknownOptions } from '../../errors/index.js';
import type { PostProcessorOf } from '../pipeline.js';
import { specialTokenEntry } from './specialTokenEntry.js';
import { readTemplate } from './template.js';
import { trimOffsets } from './trimOffsets.js';

/** Options of `robertaPostProcessor`. */
export interface RobertaPostProcessorOptions {
  /** The token that a text begins with; `<s>` by default. */
  readonly cls?: string;
  /** The token that a text ends with; `</s>` by default. */
  readonly sep?: string;
  /** Whether offsets leave out the spaces that tokens begin with; true by default. */
  readonly trimOffsets?: boolean;
  /** Whether texts got a space before them, as of `byteLevelPreTokenizer`; true by default. */
  readonly addPrefixSpace?: boolean;
}

/** `<s> $A </s>`, and `<s> $A </s> </s> $B </s>` for a pair, whose texts have one type id. */
export function robertaPostProcessor(options: RobertaPostProcessorOptions = {}): PostProcessorOf {
  const owner = 'robertaPostProcessor';
  rejectUnknownOptions(owner, options, ['cls', 'sep', 'trimOffsets', 'addPrefixSpace']);
  const { cls = '<s>', sep = '</s>', trimOffsets: trims = true, addPrefixSpace = true } = options;
  return (vocabulary) => {
    const section = {
      type: 'RobertaProcessing',
      sep: specialTokenEntry(sep, vocabulary, owner),
      cls: specialTokenEntry(cls, vocabulary, owner),
      trim_offsets: trims,
      add_prefix_space: addPrefixSpace,
    };
    const template = readTemplate(
      { single: `${cls} $A ${sep}`, pair: `${cls} $A ${sep} ${sep} $B ${sep}` },
      vocabulary,
      owner,
    );
    return {
      addedTokens: (hasPair) => template.addedTokens(hasPair),
      apply: (first, second, addSpecialTokens) => {
        if (!trims) return template.apply(first, second, addSpecialTokens);
        const trimmed = trimOffsets(first, vocabulary, addPrefixSpace);
        return template.apply(trimmed, second && trimOffsets(second, vocabulary, addPrefixSpace), addSpecialTokens);
      },
      toJson: () => section,
    };
  };
}
