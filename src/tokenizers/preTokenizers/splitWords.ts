import type { JsonSection, WordSplitter } from '../pipeline.js';
import { wellFormed } from '../wellFormed.js';
import type { FindMatches } from './splitBehavior.js';

/** The words that an expression matches, and what is between them, as ranges of the text. */
export class SplitWords implements WordSplitter {
  readonly #find: FindMatches;
  readonly #toJson: () => JsonSection;

  constructor(find: FindMatches, toJson: () => JsonSection) {
    this.#find = find;
    this.#toJson = toJson;
  }

  split(text: string, start: number, end: number, visit: (start: number, end: number) => void): void {
    let at = start;
    const visitUpTo = (next: number) => {
      if (at < next) visit(at, next);
      at = next;
    };
    this.#find(wellFormed(text.slice(start, end)), (matchStart, matchEnd) => {
      visitUpTo(start + matchStart);
      visitUpTo(start + matchEnd);
    });
    visitUpTo(end);
  }

  toJson(): JsonSection {
    return this.#toJson();
  }
}
