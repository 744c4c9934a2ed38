import { rejectUnknownOptions } from '../../errors/index.js';
import { isPunctuation, isWhiteSpace } from '../characterClass.js';
import type { MappedText } from '../mappedText.js';
import type { JsonSection, PreTokenizer } from '../pipeline.js';
import { charactersOf } from './characterMatches.js';
import { splitAtMatches } from './splitBehavior.js';

/** Options of `bertPreTokenizer`. */
export interface BertPreTokenizerOptions {
  /** Words, with white space around them, that keep their punctuation. */
  readonly neverSplit?: readonly string[];
}

const findWhiteSpace = /* @__PURE__ */ charactersOf(isWhiteSpace);
const findPunctuation = /* @__PURE__ */ charactersOf(isPunctuation);

/** BERT's words: what stands between white space, every punctuation mark a word of its own. */
export function bertPreTokenizer(options: BertPreTokenizerOptions = {}): BertPreTokenizer {
  return new BertPreTokenizer(options);
}

/** What `bertPreTokenizer` makes. */
export class BertPreTokenizer implements PreTokenizer {
  /** Words that keep their punctuation. */
  readonly neverSplit: ReadonlySet<string>;

  /** @throws ConfigError if an option is unknown */
  constructor(options: BertPreTokenizerOptions) {
    rejectUnknownOptions('bertPreTokenizer', options, ['neverSplit']);
    this.neverSplit = new Set(options.neverSplit);
  }

  preTokenize(text: MappedText): MappedText[] {
    return splitAtMatches(text, findWhiteSpace, 'removed').flatMap((word) =>
      this.neverSplit.has(word.text) ? [word] : splitAtMatches(word, findPunctuation, 'isolated'),
    );
  }

  toJson(): JsonSection {
    return {
      type: 'BertPreTokenizer',
      ...(this.neverSplit.size > 0 && { never_split: [...this.neverSplit] }),
    };
  }
}
