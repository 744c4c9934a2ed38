import type { Normalizer } from '../pipeline.js';

/** Normalizers one after the other. */
export function sequenceNormalizer(normalizers: readonly Normalizer[]): Normalizer {
  return {
    normalize: (text) => normalizers.reduce((rewritten, normalizer) => normalizer.normalize(rewritten), text),
    toJson: () => ({ type: 'Sequence', normalizers: normalizers.map((normalizer) => normalizer.toJson()) }),
  };
}
