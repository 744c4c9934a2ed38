import { rejectUnknownOptions } from '../../errors/index.js';
import type { MappedText } from '../mappedText.js';
import { toByteAlphabet } from '../normalizers/byteLevel.js';
import type { JsonSection, PreTokenizer } from '../pipeline.js';
import { gpt2WordEnd } from './gpt2Pattern.js';

/** Options of `byteLevelPreTokenizer`. */
export interface ByteLevelOptions {
  /** Whether a text that does not begin with a space gets one; false by default. */
  readonly addPrefixSpace?: boolean;
  /** Whether text is split into GPT-2's words; true by default. */
  readonly splitWords?: boolean;
}

/** GPT-2's words, spelt in its alphabet of bytes. */
export function byteLevelPreTokenizer(options: ByteLevelOptions = {}): ByteLevelPreTokenizer {
  return new ByteLevelPreTokenizer(options);
}

/** What `byteLevelPreTokenizer` makes. */
export class ByteLevelPreTokenizer implements PreTokenizer {
  /** The options, with defaults. */
  readonly options: Required<ByteLevelOptions>;

  /** @throws ConfigError if an option is unknown */
  constructor(options: ByteLevelOptions) {
    rejectUnknownOptions('byteLevelPreTokenizer', options, ['addPrefixSpace', 'splitWords']);
    const { addPrefixSpace = false, splitWords = true } = options;
    this.options = { addPrefixSpace, splitWords };
  }

  preTokenize(text: MappedText): MappedText[] {
    return this.words(text).map(toByteAlphabet);
  }

  /** The words as they are, for a model that spells them itself. */
  words(text: MappedText): MappedText[] {
    const { addPrefixSpace, splitWords } = this.options;
    const isSpaced = !addPrefixSpace || text.length === 0 || text.text.startsWith(' ');
    const spaced = isSpaced ? text : text.prepended(' ');
    if (!splitWords) return [spaced];
    const words: MappedText[] = [];
    for (let start = 0; start < spaced.length; ) {
      const end = gpt2WordEnd(spaced.text, start, spaced.length);
      words.push(spaced.slice(start, end));
      start = end;
    }
    return words;
  }

  toJson(): JsonSection {
    const { addPrefixSpace, splitWords } = this.options;
    return { type: 'ByteLevel', add_prefix_space: addPrefixSpace, trim_offsets: true, use_regex: splitWords };
  }
}
