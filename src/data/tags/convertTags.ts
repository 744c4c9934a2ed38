import { rejectUnknownOptions } from '../../errors/index.js';
import { spansToTags } from './spansToTags.js';
import type { TagScheme } from './tagSchemes.js';
import { type TagsToSpansOptions, tagsToSpans } from './tagsToSpans.js';

/** What `convertTags` takes besides the tags. */
export interface ConvertTagsOptions extends TagsToSpansOptions {
  /** The scheme of the tags. */
  readonly from: TagScheme;
  /** The scheme of the result; the same one, with `onImpossible: 'repair'`, mends tags. */
  readonly to: TagScheme;
}

/**
 * Tags of one scheme as tags of another that mark the same spans.
 *
 * @throws DataError with `{ index, tag }` as its value, if a tag is none of the scheme's, or cannot stand where it does
 * @throws ConfigError if there is no such scheme or option
 */
export function convertTags(tags: readonly string[], options: ConvertTagsOptions): string[] {
  rejectUnknownOptions('convertTags', options, ['from', 'to', 'onImpossible']);
  const { from, to, ...rest } = options;
  return spansToTags(tagsToSpans(tags, from, rest), tags.length, to);
}
