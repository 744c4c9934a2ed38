import { rejectUnknownOptions } from '../../errors/index.js';
import { characterClass, isHan, isWhiteSpace } from '../characterClass.js';
import { type MappedText, MappedTextBuilder, mapCharacters } from '../mappedText.js';
import type { JsonSection, Normalizer } from '../pipeline.js';
import { toLowercase } from './lowercase.js';
import { toUnicodeForm } from './unicode.js';

/** Options of `bertNormalizer`. */
export interface BertNormalizerOptions {
  /** Whether control characters go, and white space becomes U+0020; true by default. */
  readonly cleanText?: boolean;
  /** Whether Han characters get spaces around them, so that each is a word; true by default. */
  readonly splitHan?: boolean;
  /** Whether accents go; by default where letters become lower case. */
  readonly stripAccents?: boolean;
  /** Whether letters become lower case; true by default. */
  readonly lowercase?: boolean;
  /** Words, with white space around them, that keep accents and case. */
  readonly neverSplit?: readonly string[];
}

/** Tabs and line ends are control characters to Unicode and white space to BERT. */
const isDropped = /* @__PURE__ */ characterClass(/[\p{Cc}\p{Cf}\p{Co}\u{fffd}]/u);
const isNonSpacingMark = /* @__PURE__ */ characterClass(/\p{Mn}/u);

/**
 * BERT's own way with text: control characters go, Han characters get spaces around them, accents go, letters become
 * lower case.
 *
 * @see https://github.com/google-research/bert/blob/master/tokenization.py
 */
export function bertNormalizer(options: BertNormalizerOptions = {}): BertNormalizer {
  return new BertNormalizer(options);
}

/** What `bertNormalizer` makes. */
export class BertNormalizer implements Normalizer {
  /** The options, with defaults. */
  readonly options: Required<BertNormalizerOptions>;
  readonly #stripAccents: boolean | undefined;
  readonly #neverSplit: ReadonlySet<string>;

  /** @throws ConfigError if an option is unknown */
  constructor(options: BertNormalizerOptions) {
    const names = ['cleanText', 'splitHan', 'stripAccents', 'lowercase', 'neverSplit'];
    rejectUnknownOptions('bertNormalizer', options, names);
    const { cleanText = true, splitHan = true, lowercase = true, stripAccents, neverSplit = [] } = options;
    this.options = { cleanText, splitHan, lowercase, stripAccents: stripAccents ?? lowercase, neverSplit };
    this.#stripAccents = stripAccents;
    this.#neverSplit = new Set(neverSplit);
  }

  normalize(text: MappedText): MappedText {
    const { cleanText, splitHan } = this.options;
    const cleaned = mapCharacters(text, (codePoint) => {
      if (codePoint > 0x20 && codePoint < 0x7f) return undefined;
      if (splitHan && isHan(codePoint)) return ` ${String.fromCodePoint(codePoint)} `;
      if (!cleanText || codePoint === 0x20) return undefined;
      if (codePoint === 0x09 || codePoint === 0x0a || codePoint === 0x0d) return ' ';
      if (isDropped(codePoint)) return '';
      return isWhiteSpace(codePoint) ? ' ' : undefined;
    });
    return this.#neverSplit.size === 0 ? this.#fold(cleaned) : this.#foldWords(cleaned);
  }

  /** Accents and case. */
  #fold(text: MappedText): MappedText {
    const { stripAccents, lowercase } = this.options;
    const stripped = stripAccents
      ? mapCharacters(toUnicodeForm(text, 'NFD'), (codePoint) => (isNonSpacingMark(codePoint) ? '' : undefined))
      : text;
    return lowercase ? toLowercase(stripped) : stripped;
  }

  /** Accents and case of every word but those that are never split. */
  #foldWords(text: MappedText): MappedText {
    const builder = new MappedTextBuilder(text);
    let at = 0;
    for (const { 0: word, index } of text.text.matchAll(/\P{White_Space}+/gu)) {
      builder.keep(at, index);
      at = index + word.length;
      if (this.#neverSplit.has(word)) builder.keep(index, at);
      else builder.putText(this.#fold(text.slice(index, at)));
    }
    builder.keep(at, text.length);
    return builder.build();
  }

  toJson(): JsonSection {
    const { cleanText, splitHan, lowercase, neverSplit } = this.options;
    return {
      type: 'BertNormalizer',
      clean_text: cleanText,
      handle_chinese_chars: splitHan,
      strip_accents: this.#stripAccents ?? null,
      lowercase,
      ...(neverSplit.length > 0 && { never_split: neverSplit }),
    };
  }
}
