import { characterClass } from '../characterClass.js';
import { mapCharacters } from '../mappedText.js';
import type { Normalizer } from '../pipeline.js';

const isMark = /* @__PURE__ */ characterClass(/\p{M}/u);

/** Drops combining marks. Put `nfdNormalizer` before it, so that letters with accents fall apart into letter and mark. */
export function stripAccentsNormalizer(): Normalizer {
  return {
    normalize: (text) => mapCharacters(text, (codePoint) => (isMark(codePoint) ? '' : undefined)),
    toJson: () => ({ type: 'StripAccents' }),
  };
}
