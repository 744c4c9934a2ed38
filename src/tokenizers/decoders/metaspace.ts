import type { Decoder } from '../pipeline.js';
import { type MetaspaceOptions, readMetaspaceOptions } from '../preTokenizers/metaspace.js';

/**
 * Writes the visible character back as a space, and leaves out the one that the text got before it.
 *
 * @throws TokenizerError if the replacement is not one character
 */
export function metaspaceDecoder(options: MetaspaceOptions = {}): Decoder {
  const { replacement, prependScheme, split } = readMetaspaceOptions('metaspaceDecoder', options);
  return {
    start: (next) => {
      let space = prependScheme === 'never' ? ' ' : '';
      return {
        text: (text) => next.text(text.replaceAll(replacement, space)),
        endToken: () => {
          space = ' ';
          next.endToken();
        },
        end: () => next.end(),
      };
    },
    toJson: () => ({ type: 'Metaspace', replacement, prepend_scheme: prependScheme, split }),
  };
}
