import { ShapeError } from '../../errors/index.js';
import { checkScheme, OUTSIDE, type TaggedSpan, type TagScheme, tagLetters } from './tagSchemes.js';

/**
 * The tags that mark spans among `length` tokens; the spans may come in any order.
 *
 * @throws ShapeError if spans overlap, or one is empty or not within 0..length
 * @throws ConfigError if there is no such scheme
 */
export function spansToTags(spans: readonly TaggedSpan[], length: number, scheme: TagScheme): string[] {
  checkScheme('spansToTags', scheme);
  const { begin = '', inside = '', end = inside, single } = tagLetters[scheme];
  const tags = new Array<string>(length).fill(OUTSIDE);
  let last: TaggedSpan | undefined;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    checkSpan(span, last, length);
    const suffix = span.type === '' ? '' : `-${span.type}`;
    // IOB1 begins a span with B only where an I would go on with the one before.
    const goesOn = last?.end === span.start && last.type === span.type;
    const first = scheme === 'IOB1' && !goesOn ? inside : begin;
    tags.fill(inside + suffix, span.start, span.end);
    tags[span.end - 1] = end + suffix;
    tags[span.start] = (span.end - span.start === 1 ? (single ?? first) : first) + suffix;
    last = span;
  }
  return tags;
}

function checkSpan({ start, end, type }: TaggedSpan, last: TaggedSpan | undefined, length: number): void {
  const value = { start, end, type };
  if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= length)) {
    throw new ShapeError(
      `spansToTags: [${start}, ${end}) is no span of ${length} tokens.\nA span has at least one: 0 <= start < end <= ${length}.`,
      { value },
    );
  }
  if (last === undefined || last.end <= start) return;
  throw new ShapeError(
    `spansToTags: the spans [${last.start}, ${last.end}) and [${start}, ${end}) overlap.\nA token has one tag: keep one of them.`,
    { value },
  );
}
