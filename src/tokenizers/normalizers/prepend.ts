import type { Normalizer } from '../pipeline.js';

/** Puts something before every text that is not empty. */
export function prependNormalizer(prefix: string): Normalizer {
  return {
    normalize: (text) => (text.length === 0 ? text : text.prepended(prefix)),
    toJson: () => ({ type: 'Prepend', prepend: prefix }),
  };
}
