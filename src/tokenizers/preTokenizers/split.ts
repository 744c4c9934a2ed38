import { rejectUnknownOptions } from '../../errors/index.js';
import type { MappedText } from '../mappedText.js';
import { type Matcher, matcherOf, type Pattern } from '../pattern.js';
import type { JsonSection, PreTokenizer } from '../pipeline.js';
import { behaviorToJson, type SplitBehavior, splitAtMatches, visitSplits } from './splitBehavior.js';

/** Options of `splitPreTokenizer`. */
export interface SplitOptions {
  /** What becomes of the matches; each is a word of its own by default. */
  readonly behavior?: SplitBehavior;
  /** Whether the matches are the words, and what is between them is what is split at; false by default. */
  readonly invert?: boolean;
}

/**
 * Splits at the matches of a pattern.
 *
 * @throws TokenizerError if the pattern is empty, or an expression that is not supported
 */
export function splitPreTokenizer(pattern: Pattern, options: SplitOptions = {}): PreTokenizer {
  return new SplitPreTokenizer(pattern, options);
}

/** What `splitPreTokenizer` makes. */
export class SplitPreTokenizer implements PreTokenizer {
  /** What finds the matches. */
  readonly matcher: Matcher;
  /** The options, with defaults. */
  readonly options: Required<SplitOptions>;

  /** @throws ConfigError if an option is unknown */
  constructor(pattern: Pattern, options: SplitOptions) {
    rejectUnknownOptions('splitPreTokenizer', options, ['behavior', 'invert']);
    const { behavior = 'isolated', invert = false } = options;
    this.options = { behavior, invert };
    this.matcher = matcherOf(pattern, 'splitPreTokenizer');
  }

  preTokenize(text: MappedText): MappedText[] {
    const { behavior, invert } = this.options;
    return splitAtMatches(text, this.matcher.find, behavior, invert);
  }

  visitWords(text: string, visit: (start: number, end: number) => void): void {
    const { behavior, invert } = this.options;
    visitSplits(text, this.matcher.find, behavior, invert, visit);
  }

  toJson(): JsonSection {
    const { behavior, invert } = this.options;
    return { type: 'Split', pattern: this.matcher.toJson(), behavior: behaviorToJson(behavior), invert };
  }
}
