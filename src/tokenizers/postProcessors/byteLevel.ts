import { rejectUnknownOptions } from '../../errors/index.js';
import type { PostProcessorOf } from '../pipeline.js';
import { readTemplate } from './template.js';
import { trimOffsets } from './trimOffsets.js';

/** Options of `byteLevelPostProcessor`. */
export interface ByteLevelPostProcessorOptions {
  /** Whether offsets leave out the spaces that tokens begin with; true by default. */
  readonly trimOffsets?: boolean;
  /** Whether texts got a space before them, as of `byteLevelPreTokenizer`; true by default. */
  readonly addPrefixSpace?: boolean;
}

/** Adds no token; takes spaces out of offsets. */
export function byteLevelPostProcessor(options: ByteLevelPostProcessorOptions = {}): PostProcessorOf {
  const owner = 'byteLevelPostProcessor';
  rejectUnknownOptions(owner, options, ['trimOffsets', 'addPrefixSpace']);
  const { trimOffsets: trims = true, addPrefixSpace = true } = options;
  return (vocabulary) => {
    const plain = readTemplate(undefined, vocabulary, owner);
    return {
      addedTokens: () => 0,
      apply: (first, second, addSpecialTokens) => {
        if (!trims) return plain.apply(first, second, addSpecialTokens);
        const trimmed = trimOffsets(first, vocabulary, addPrefixSpace);
        return plain.apply(trimmed, second && trimOffsets(second, vocabulary, addPrefixSpace), addSpecialTokens);
      },
      toJson: () => ({
        type: 'ByteLevel',
        add_prefix_space: addPrefixSpace,
        trim_offsets: trims,
        use_regex: true,
      }),
    };
  };
}
