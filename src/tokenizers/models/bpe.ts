import { rejectUnknownOptions, TokenizerError } from '../../errors/index.js';
import type { JsonSection, Model, PieceSink } from '../pipeline.js';
import { readVocabulary, type Vocabulary, type VocabularyInput } from '../vocabulary.js';
import { BpeMerger } from './bpeMerger.js';
import { bytePieces } from './byteFallback.js';
import { type MergeList, type MergesInput, mergesToJson, readMerges } from './mergeList.js';

/** Options of `bpeModel`. */
export interface BpeModelOptions {
  /** Tokens and their ids. */
  readonly vocab: VocabularyInput;
  /** The merges, first learned first: a merges.txt, or pairs. */
  readonly merges: MergesInput;
  /** What a character becomes that the vocabulary lacks; without one such characters are refused. */
  readonly unknownToken?: string;
  /** Whether unknown characters in a row are one token; false by default. */
  readonly fuseUnknown?: boolean;
  /** Whether a character that the vocabulary lacks becomes tokens of its bytes, `<0xE6>` and the like; false by default. */
  readonly byteFallback?: boolean;
  /** What tokens begin with that are not the first of their word; none by default. */
  readonly continuingPrefix?: string;
  /** What the last token of a word ends with: GPT-1's `</w>`; none by default. */
  readonly endOfWordSuffix?: string;
  /** Whether a word that is a token stays whole, whatever the merges say; false by default. */
  readonly ignoreMerges?: boolean;
}

const OPTIONS = [
  'vocab',
  'merges',
  'unknownToken',
  'fuseUnknown',
  'byteFallback',
  'continuingPrefix',
  'endOfWordSuffix',
  'ignoreMerges',
];
/** Words up to this length share their scratch memory, in UTF-16 code units. */
const SHORT_WORD = 64;
/** A UTF-16 code unit has at most three bytes of UTF-8. */
const SYMBOLS_PER_UNIT = 3;

/** The options that are no input, with defaults. */
type BpeSettings = Required<Omit<BpeModelOptions, 'vocab' | 'merges' | 'unknownToken'>> & {
  readonly unknownToken: string | undefined;
};

/**
 * Byte-pair encoding that starts from characters: of all neighbours that may be merged the pair learned first is, until
 * none is left.
 *
 * @throws TokenizerError if the vocabulary or the merges are malformed or do not fit each other
 * @throws ConfigError if an option is unknown
 * @see Sennrich et al. 2016, https://arxiv.org/abs/1508.07909
 */
export function bpeModel(options: BpeModelOptions): Model {
  rejectUnknownOptions('bpeModel', options, OPTIONS);
  return readBpe(readVocabulary(options.vocab, 'bpeModel'), options, 'bpeModel');
}

/** @param owner who reads the options, for messages */
export function readBpe(vocabulary: Vocabulary, options: Omit<BpeModelOptions, 'vocab'>, owner: string): Bpe {
  const {
    unknownToken,
    fuseUnknown = false,
    byteFallback = false,
    continuingPrefix = '',
    endOfWordSuffix = '',
    ignoreMerges = false,
  } = options;
  const merges = readMerges(options.merges, vocabulary, owner, continuingPrefix);
  if (unknownToken !== undefined && !vocabulary.has(unknownToken)) {
    throw new TokenizerError(
      `${owner}: the unknown token ${JSON.stringify(unknownToken)} is not in the vocabulary.\nName a token that is.`,
      { value: unknownToken },
    );
  }
  const settings = { unknownToken, fuseUnknown, byteFallback, continuingPrefix, endOfWordSuffix, ignoreMerges };
  return new Bpe(vocabulary, merges, settings);
}

/** What `bpeModel` makes. */
export class Bpe implements Model {
  /** The tokens. */
  readonly vocabulary: Vocabulary;
  /** The merges. */
  readonly merges: MergeList;
  /** The options, with defaults. */
  readonly settings: BpeSettings;
  readonly #excluded: ReadonlySet<number>;
  readonly #scratch = new Symbols(SHORT_WORD);
  #merger: BpeMerger | undefined;

  constructor(vocabulary: Vocabulary, merges: MergeList, settings: BpeSettings, excluded = new Set<number>()) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.settings = settings;
    this.#excluded = excluded;
  }

  /** Pairs looked at and heap entries moved since construction: the measure by which growth is tested. */
  get operations(): number {
    return this.#merger?.operations ?? 0;
  }

  encodeWord(text: string, start: number, end: number, pieces: PieceSink): void {
    const whole = this.settings.ignoreMerges ? this.#idOf(text.slice(start, end)) : undefined;
    if (whole !== undefined) {
      pieces.push(whole, start, end);
      return;
    }
    this.#merger ??= new BpeMerger(this.merges, this.#excluded);
    const symbols = end - start <= SHORT_WORD ? this.#scratch : new Symbols(end - start);
    const length = this.#spell(text, start, end, symbols);
    const count = this.#merger.merge(symbols.ids, length);
    const { firsts } = this.#merger;
    for (let i = 0; i < count; i++) {
      const last = (i + 1 < count ? firsts[i + 1]! : length) - 1;
      pieces.push(symbols.ids[i]!, symbols.starts[firsts[i]!]!, symbols.ends[last]!);
    }
  }

  excluding(ids: ReadonlySet<number>): Bpe {
    return new Bpe(this.vocabulary, this.merges, this.settings, new Set([...this.#excluded, ...ids]));
  }

  toJson(): JsonSection {
    const { unknownToken, fuseUnknown, byteFallback, continuingPrefix, endOfWordSuffix, ignoreMerges } = this.settings;
    return {
      type: 'BPE',
      dropout: null,
      unk_token: unknownToken ?? null,
      continuing_subword_prefix: continuingPrefix === '' ? null : continuingPrefix,
      end_of_word_suffix: endOfWordSuffix === '' ? null : endOfWordSuffix,
      fuse_unk: fuseUnknown,
      byte_fallback: byteFallback,
      ignore_merges: ignoreMerges,
      vocab: this.vocabulary.toJson(),
      merges: mergesToJson(this.merges, this.vocabulary),
    };
  }

  /** Writes the word's characters as symbols, and returns how many there are. */
  #spell(text: string, start: number, end: number, symbols: Symbols): number {
    const { continuingPrefix, endOfWordSuffix, byteFallback, fuseUnknown } = this.settings;
    let length = 0;
    let followsUnknown = false;
    for (let at = start; at < end; ) {
      const character = String.fromCodePoint(text.codePointAt(at)!);
      const next = at + character.length;
      const symbol = `${at === start ? '' : continuingPrefix}${character}${next === end ? endOfWordSuffix : ''}`;
      const id = this.#idOf(symbol);
      const bytes = id === undefined && byteFallback ? bytePieces(character, this.vocabulary) : undefined;
      const isUnknown = id === undefined && bytes === undefined;
      if (isUnknown && followsUnknown && fuseUnknown) {
        symbols.ends[length - 1] = next;
      } else {
        for (const symbolId of bytes ?? [id ?? this.#unknown(character, at)]) symbols.set(length++, symbolId, at, next);
      }
      followsUnknown = isUnknown;
      at = next;
    }
    return length;
  }

  #idOf(token: string): number | undefined {
    const id = this.vocabulary.idOf(token);
    return id === undefined || this.#excluded.has(id) ? undefined : id;
  }

  #unknown(character: string, offset: number): number {
    const { unknownToken } = this.settings;
    if (unknownToken !== undefined) return this.vocabulary.idOf(unknownToken)!;
    throw new TokenizerError(
      `encode: ${JSON.stringify(character)} at offset ${offset} is not in the vocabulary.\n` +
        'Train the tokenizer on text that has it, or give the tokenizer an unknownToken.',
      { value: character },
    );
  }
}

/** The symbols of a word, and the characters that each is of. */
class Symbols {
  readonly ids: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;

  constructor(units: number) {
    this.ids = new Int32Array(SYMBOLS_PER_UNIT * units);
    this.starts = new Int32Array(SYMBOLS_PER_UNIT * units);
    this.ends = new Int32Array(SYMBOLS_PER_UNIT * units);
  }

  set(index: number, id: number, start: number, end: number): void {
    this.ids[index] = id;
    this.starts[index] = start;
    this.ends[index] = end;
  }
}
