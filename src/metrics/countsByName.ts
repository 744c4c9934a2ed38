import type { MatchCounts } from './scores.js';

/** How often each of several things was predicted, expected, and both. */
export class CountsByName<Name> {
  readonly #counts = new Map<Name, { correct: number; predicted: number; expected: number }>();

  /** All that were counted, in the order in which they came first. */
  get names(): Iterable<Name> {
    return this.#counts.keys();
  }

  /** Counts one, where it was predicted, expected or both. */
  add(name: Name, kind: keyof MatchCounts): void {
    let counts = this.#counts.get(name);
    if (counts === undefined) {
      counts = { correct: 0, predicted: 0, expected: 0 };
      this.#counts.set(name, counts);
    }
    counts[kind]++;
  }

  /** The counts of one; zeros for one that never came. */
  of(name: Name): MatchCounts {
    return this.#counts.get(name) ?? { correct: 0, predicted: 0, expected: 0 };
  }

  clear(): void {
    this.#counts.clear();
  }
}
