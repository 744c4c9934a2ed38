import { DataError } from '../../errors/index.js';
import { OUTSIDE, type TaggedSpan, type TagRole, type TagScheme, tagLetters } from './tagSchemes.js';

/**
 * The spans that tags mark, in their order.
 *
 * @param owner whom errors name
 * @param strict whether tags that no spans have are an error; else they are read as conlleval does
 */
export function readSpans(owner: string, tags: readonly string[], scheme: TagScheme, strict: boolean): TaggedSpan[] {
  const reader = new SpanReader(owner, tags, scheme, strict);
  for (let index = 0; index < tags.length; index++) reader.read(index);
  return reader.finish();
}

class SpanReader {
  readonly #owner: string;
  readonly #tags: readonly string[];
  readonly #scheme: TagScheme;
  readonly #strict: boolean;
  readonly #roles: ReadonlyMap<string, TagRole>;
  /** Whether the scheme marks the last token of a span. */
  readonly #marksEnd: boolean;
  readonly #spans: TaggedSpan[] = [];
  /** The span that the next tag may go on with. */
  #open: { readonly start: number; readonly type: string } | undefined;

  constructor(owner: string, tags: readonly string[], scheme: TagScheme, strict: boolean) {
    this.#owner = owner;
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

  #parse(tag: unknown, index: number): { readonly role: TagRole; readonly type: string } {
    const [, letter, type] = typeof tag === 'string' ? (/^(.)(?:-(.+))?$/su.exec(tag) ?? []) : [];
    const role = letter === undefined ? undefined : this.#roles.get(letter);
    if (role !== undefined) return { role, type: type ?? '' };
    const tags = [...this.#roles.keys()].map((each) => `${each}-PER`);
    const others = ['BIO', 'BIOES', 'BIOUL', 'BMES'] as const;
    const fitting = others.filter(
      (scheme) => letter !== undefined && Object.values(tagLetters[scheme]).includes(letter),
    );
    throw new DataError(
      `${this.#owner}: tag ${index}, ${JSON.stringify(tag)}, is none of the scheme ${this.#scheme}.\n` +
        `Its tags are ${[OUTSIDE, ...tags].join(', ')} and the like.` +
        (fitting.length > 0 ? ` Is the scheme ${fitting.join(' or ')}?` : ''),
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
      `${this.#owner}: ${problem}.\n` +
        "Check that it is the scheme of the data, or read the tags as conlleval does: onImpossible: 'repair'.",
      { value: { index, tag } },
    );
  }
}
