import { rejectUnknownOptions, TokenizerError } from '../../errors/index.js';
import { describe } from '../describe.js';
import { prependNormalizer } from '../normalizers/prepend.js';
import { replaceNormalizer } from '../normalizers/replace.js';
import type { PreTokenizer } from '../pipeline.js';
import { charactersOf } from './characterMatches.js';
import { splitAtMatches } from './splitBehavior.js';

/** Which stretches of text get a space before them: all, none, or the one that a text begins with. */
export type PrependScheme = 'always' | 'first' | 'never';

/** Options of `metaspacePreTokenizer` and `metaspaceDecoder`. */
export interface MetaspaceOptions {
  /** What stands for a space: one character, `▁` by default. */
  readonly replacement?: string;
  /** Which stretches of text get a space before them; all by default. */
  readonly prependScheme?: PrependScheme;
  /** Whether every space begins a word; true by default. */
  readonly split?: boolean;
}

/** The options with defaults. */
export function readMetaspaceOptions(owner: string, options: MetaspaceOptions): Required<MetaspaceOptions> {
  rejectUnknownOptions(owner, options, ['replacement', 'prependScheme', 'split']);
  const { replacement = '▁', prependScheme = 'always', split = true } = options;
  if ([...replacement].length !== 1) {
    throw new TokenizerError(`${owner}: the replacement is ${describe(replacement)}.\nIt must be one character.`, {
      value: replacement,
    });
  }
  if (!['always', 'first', 'never'].includes(prependScheme)) {
    throw new TokenizerError(
      `${owner}: prependScheme is ${describe(prependScheme)}.\nIt must be 'always', 'first' or 'never'.`,
      { value: prependScheme },
    );
  }
  return { replacement, prependScheme, split };
}

/**
 * Writes spaces as a visible character, as SentencePiece does, and splits before each. A text gets a space before it,
 * so that its first word is like the others.
 *
 * @throws TokenizerError if the replacement is not one character
 */
export function metaspacePreTokenizer(options: MetaspaceOptions = {}): PreTokenizer {
  const { replacement, prependScheme, split } = readMetaspaceOptions('metaspacePreTokenizer', options);
  const escapeSpaces = replaceNormalizer(' ', replacement);
  const prepend = prependNormalizer(replacement);
  const code = replacement.codePointAt(0)!;
  const find = charactersOf((codePoint) => codePoint === code);
  return {
    preTokenize: (text) => {
      let escaped = escapeSpaces.normalize(text);
      const prepends =
        prependScheme === 'always' || (prependScheme === 'first' && text.length > 0 && text.start(0) === 0);
      if (prepends && !escaped.text.startsWith(replacement)) escaped = prepend.normalize(escaped);
      const isOneWord = !split || escaped.text.indexOf(replacement, 1) < 0;
      return isOneWord ? [escaped] : splitAtMatches(escaped, find, 'mergedWithNext');
    },
    toJson: () => ({ type: 'Metaspace', replacement, prepend_scheme: prependScheme, split }),
  };
}
