/**
 * How often each sequence of `order` tokens occurs.
 *
 * @returns counts by a key that only equal n-grams share: each token behind its length, so that no token can pose as two
 */
export function countNgrams(tokens: readonly string[], order: number): Map<string, number> {
  const marked = tokens.map((token) => `${token.length}:${token}`);
  const counts = new Map<string, number>();
  for (let end = order; end <= marked.length; end++) {
    const ngram = marked.slice(end - order, end).join('');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** How many n-grams two texts share: each as often as it occurs in both. */
export function countShared(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let shared = 0;
  for (const [ngram, count] of a) shared += Math.min(count, b.get(ngram) ?? 0);
  return shared;
}
