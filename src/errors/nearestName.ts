import { ConfigError } from './errors.js';

/** The candidate with the fewest edits to `name`, or undefined if none is close enough to be meant. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let fewest = Math.max(2, Math.floor(name.length / 2)) + 1;
  for (const candidate of candidates) {
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

/**
 * Refuses options whose name is not known, and names the nearest right one.
 *
 * @param owner who takes the options, as the reader knows it: 'createGpt'
 * @throws ConfigError with the misspelt name as its value, or if there are no options at all
 */
export function rejectUnknownOptions(owner: string, options: object, known: readonly string[]): void {
  // The types say no, but JavaScript does not: options left out, or something that is no record of them.
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ConfigError(`${owner}: the options are missing, or no object.\nOptions: ${known.join(', ')}.`, {
      value: options,
    });
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    const advice = nearest === undefined ? `Options: ${known.join(', ')}.` : `Did you mean ${nearest}?`;
    throw new ConfigError(`${owner}: there is no option ${name}.\n${advice}`, { value: name });
  }
}

/** Levenshtein distance: the fewest insertions, deletions and substitutions from `a` to `b`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
