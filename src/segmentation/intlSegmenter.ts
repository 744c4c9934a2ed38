import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import { checkText } from './checkText.js';
import type { WordSegment, WordSegmenter } from './wordSegmenter.js';

/** Options of `createIntlSegmenter`. */
export interface IntlSegmenterOptions {
  /** The language of the text, as a BCP 47 tag; 'zh' by default. The Han dictionary serves every language. */
  readonly locale?: string;
}

/**
 * The segmenter that every engine brings along, `Intl.Segmenter`: it costs no download and needs no training. It
 * follows Unicode's rules for words, and a dictionary where a script puts no spaces between them (Chinese, Japanese, Thai).
 *
 * The dictionary is the engine's: another version may cut some words in another place. For words that stay the same
 * everywhere, take `createDictionarySegmenter`.
 *
 * @throws ConfigError if the engine has no Intl.Segmenter, or the locale is no language tag
 * @see https://unicode.org/reports/tr29/#Word_Boundaries
 */
export function createIntlSegmenter(options: IntlSegmenterOptions = {}): WordSegmenter {
  rejectUnknownOptions('createIntlSegmenter', options, ['locale']);
  const { locale = 'zh' } = options;
  // TypeScript's library says that it is there; Firefox before 125, and Node built without ICU, have none.
  const { Segmenter } = (globalThis.Intl ?? {}) as { Segmenter?: typeof Intl.Segmenter };
  if (Segmenter === undefined) {
    throw new ConfigError(
      'createIntlSegmenter: this engine has no Intl.Segmenter.\n' +
        'Take a current browser or Node, or bring a word list of your own: createDictionarySegmenter({ words }).',
    );
  }
  try {
    return new IntlWordSegmenter(new Segmenter(locale, { granularity: 'word' }));
  } catch (cause) {
    throw new ConfigError(
      `createIntlSegmenter: the locale is ${JSON.stringify(locale)}.\nIt must be a language tag, such as 'zh' or 'ja'.`,
      { value: locale, cause },
    );
  }
}

/**
 * A text is handed over in parts of so many UTF-16 code units, since Node 20's V8 copies all that it was given for
 * every segment: a megabyte at once would take half an hour.
 */
const PART = 512;
/** Where a segment ends can depend on what follows: ends this near to the end of a part are found anew in the next. */
const LOOKAHEAD = 64;

class IntlWordSegmenter implements WordSegmenter {
  readonly #segmenter: Intl.Segmenter;

  constructor(segmenter: Intl.Segmenter) {
    this.#segmenter = segmenter;
  }

  segment(text: string): Iterable<WordSegment> {
    checkText(text);
    return this.#segments(text);
  }

  *#segments(text: string): Generator<WordSegment, void> {
    let size = PART;
    for (let start = 0; start < text.length; ) {
      const segments = this.#firstSegments(text, start, size);
      yield* segments;
      start = segments.at(-1)?.end ?? start;
      size = segments.length > 0 ? PART : 2 * size; // a segment can be longer than a part
    }
  }

  /** The segments from `start` on whose ends nothing behind start + size can move; none if the first is too long. */
  #firstSegments(text: string, start: number, size: number): WordSegment[] {
    const part = text.slice(start, start + size);
    const certainEnd = start + size < text.length ? part.length - LOOKAHEAD : part.length;
    const segments: WordSegment[] = [];
    let certain = 0;
    for (const { index, segment, isWordLike } of this.#segmenter.segment(part)) {
      const end = index + segment.length;
      if (end > certainEnd) break;
      segments.push({ start: start + index, end: start + end, isWord: isWordLike === true });
      // The best way to cut words that touch could depend on all of them. It ends where there is something between.
      if (isWordLike !== true || end === part.length) certain = segments.length;
      if (size > PART) return segments; // looking for more in a part so long would be slow
    }
    return certain > 0 ? segments.slice(0, certain) : segments;
  }
}
