import { DataError, rejectUnknownOptions } from '../../errors/index.js';
import { checkChoice } from '../checkOptions.js';
import { checkScheme, OUTSIDE, type TaggedSpan, type TagRole, type TagScheme, tagLetters } from './tagSchemes.js';

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
  const reader = new SpanReader(tags, scheme, onImpossible === 'throw');
  for (let index = 0; index < tags.length; index++) reader.read(index);
  return reader.finish();
}

class SpanReader {
  readonly #tags: readonly string[];
  readonly #scheme: TagScheme;
  readonly #strict: boolean;
  readonly #roles: ReadonlyMap<string, TagRole>;
  /** Whether the scheme marks the last token of a span. */
  readonly #marksEnd: boolean;
  readonly #spans: TaggedSpan[] = [];
  /** The span that the next tag may go on with. */
  #open: { readonly start: number; readonly type: string } | undefined;

  constructor(tags: readonly string[], scheme: TagScheme, strict: boolean) {
    this.#tags = tags;
    this.#scheme = scheme;
    this.#strict = strict;
    const letters = tagLetters[scheme];
    this.#roles = new Map(Object.entries(letters).map(([role, letter]) => [letter, role as TagRole]));
    this.#marksEnd = letters.end !== undefined;
  }

  read(index: number): void {
    const tag = this.#tags[index]!;
    if (tag === OUTSIDE) {
      this.#interrupt(index);
      return;
    }
    const { role, type } = this.#parse(tag, index);
    const goesOn = (role === 'inside' || role === 'end') && this.#open?.type === type;
    if (!goesOn) this.#begin(role, type, index);
    if (role === 'end' || role === 'single') this.#close(index + 1);
  }

  finish(): TaggedSpan[] {
    this.#interrupt(this.#tags.length);
    return this.#spans;
  }

  #begin(role: TagRole, type: string, index: number): void {
    const follows = this.#open?.type === type;
    this.#interrupt(index);
    const possible = this.#scheme === 'IOB1' ? role === 'inside' || follows : role === 'begin' || role === 'single';
    if (this.#strict && !possible) throw this.#impossible(index);
    this.#open = { start: index, type };
  }

  /** Ends the open span before a tag that does not go on with it. */
  #interrupt(index: number): void {
    if (this.#open === undefined) return;
    if (this.#strict && this.#marksEnd) throw this.#impossible(index);
    this.#close(index);
  }

  #close(end: number): void {
    const { start, type } = this.#open!;
    this.#spans.push({ start, end, type });
    this.#open = undefined;
  }

  #parse(tag: string, index: number): { readonly role: TagRole; readonly type: string } {
    const role = this.#roles.get(tag[0] ?? '');
    if (role !== undefined && tag.length === 1) return { role, type: '' };
    if (role !== undefined && tag[1] === '-' && tag.length > 2) return { role, type: tag.slice(2) };
    const tags = [...this.#roles.keys()].map((letter) => `${letter}-PER`);
    throw new DataError(
      `tagsToSpans: tag ${index}, ${JSON.stringify(tag)}, is none of the scheme ${this.#scheme}.\n` +
        `Its tags are ${[OUTSIDE, ...tags].join(', ')} and the like.`,
      { value: { index, tag } },
    );
  }

  #impossible(index: number): DataError {
    const before = this.#tags[index - 1];
    const tag = this.#tags[index];
    const problem =
      tag === undefined
        ? `tags of the scheme ${this.#scheme} cannot end with ${before}`
        : `tag ${index}, ${tag}, cannot stand ${before === undefined ? 'first' : `after ${before}`} in the scheme ${this.#scheme}`;
    return new DataError(
      `tagsToSpans: ${problem}.\n` +
        "Check that it is the scheme of the data, or read the tags as conlleval does: onImpossible: 'repair'.",
      { value: { index, tag } },
    );
  }
}
