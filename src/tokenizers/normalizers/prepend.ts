import { MappedTextBuilder } from '../mappedText.js';
import type { Normalizer } from '../pipeline.js';

/** Puts something before every text that is not empty. */
export function prependNormalizer(prefix: string): Normalizer {
  return {
    normalize: (text) => {
      if (text.length === 0) return text;
      const builder = new MappedTextBuilder(text);
      builder.put(prefix, 0, 0);
      builder.keep(0, text.length);
      return builder.build();
    },
    toJson: () => ({ type: 'Prepend', prepend: prefix }),
  };
}
