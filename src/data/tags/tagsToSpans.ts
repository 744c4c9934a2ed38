import { rejectUnknownOptions } from '../../errors/index.js';
import { checkChoice } from '../checkOptions.js';
import { readSpans } from './readSpans.js';
import { checkScheme, type TaggedSpan, type TagScheme } from './tagSchemes.js';

/** What `tagsToSpans` takes besides tags and their scheme. */
export interface TagsToSpansOptions {
  /**
   * What becomes of tags that no spans have, such as I-PER after O in BIO. 'throw' is an error, and the default.
   * 'repair' reads them as conlleval does: whatever its letter, a tag inside or at the end of a span that is not open
   * begins one, and a span that does not go on ends.
   */
  readonly onImpossible?: 'throw' | 'repair' | undefined;
}

/**
 * The spans that tags mark, in their order.
 *
 * @throws DataError with `{ index, tag }` as its value, if a tag is none of the scheme's, or cannot stand where it does
 * @throws ConfigError if there is no such scheme or option
 * @see Tjong Kim Sang and Buchholz 2000, https://aclanthology.org/W00-0726, for conlleval
 */
export function tagsToSpans(
  tags: readonly string[],
  scheme: TagScheme,
  options: TagsToSpansOptions = {},
): TaggedSpan[] {
  rejectUnknownOptions('tagsToSpans', options, ['onImpossible']);
  const { onImpossible = 'throw' } = options;
  checkScheme('tagsToSpans', scheme);
  checkChoice('tagsToSpans', 'onImpossible', onImpossible, ['throw', 'repair']);
  return readSpans('tagsToSpans', tags, scheme, onImpossible === 'throw');
}
