import { rejectUnknownOptions, TokenizerError } from '../../errors/index.js';
import type { JsonSection, Model, PieceSink } from '../pipeline.js';
import { readVocabulary, type Vocabulary, type VocabularyInput } from '../vocabulary.js';

/** Options of `wordPieceModel`. */
export interface WordPieceModelOptions {
  /** Pieces and their ids. */
  readonly vocab: VocabularyInput;
  /** What a word becomes that the vocabulary cannot spell; `[UNK]` by default. Without it in the vocabulary such words are refused. */
  readonly unknownToken?: string;
  /** What pieces begin with that are not the first of their word; `##` by default. */
  readonly continuingPrefix?: string;
  /** Longer words are unknown, in characters (Unicode code points); 100 by default. */
  readonly maxCharactersPerWord?: number;
}

/**
 * BERT's model: a word is the longest piece that it begins with, and so on; one that cannot be spelt to its end is
 * unknown as a whole.
 *
 * @throws TokenizerError if the vocabulary is malformed
 * @throws ConfigError if an option is unknown
 * @see Wu et al. 2016, https://arxiv.org/abs/1609.08144
 */
export function wordPieceModel(options: WordPieceModelOptions): Model {
  const owner = 'wordPieceModel';
  rejectUnknownOptions(owner, options, ['vocab', 'unknownToken', 'continuingPrefix', 'maxCharactersPerWord']);
  const { vocab, unknownToken = '[UNK]', continuingPrefix = '##', maxCharactersPerWord = 100 } = options;
  return new WordPiece(readVocabulary(vocab, owner), { unknownToken, continuingPrefix, maxCharactersPerWord });
}

/** What `wordPieceModel` makes. */
export class WordPiece implements Model {
  /** The pieces. */
  readonly vocabulary: Vocabulary;
  /** Pieces looked up since construction: the measure by which growth is tested. */
  operations = 0;
  readonly #options: Required<Omit<WordPieceModelOptions, 'vocab'>>;
  readonly #excluded: ReadonlySet<number>;
  #pieces: PiecesByPlace | undefined;

  constructor(
    vocabulary: Vocabulary,
    options: Required<Omit<WordPieceModelOptions, 'vocab'>>,
    excluded: ReadonlySet<number> = new Set(),
  ) {
    this.vocabulary = vocabulary;
    this.#options = options;
    this.#excluded = excluded;
  }

  encodeWord(text: string, start: number, end: number, pieces: PieceSink): void {
    const ids: number[] = [];
    const ends: number[] = [];
    if (this.#isLong(text, start, end) || !this.#spell(text, start, end, ids, ends)) {
      pieces.push(this.#unknown(text.slice(start, end)), start, end);
      return;
    }
    let at = start;
    for (const [index, id] of ids.entries()) {
      pieces.push(id, at, ends[index]!);
      at = ends[index]!;
    }
  }

  excluding(ids: ReadonlySet<number>): WordPiece {
    return new WordPiece(this.vocabulary, this.#options, new Set([...this.#excluded, ...ids]));
  }

  toJson(): JsonSection {
    const { unknownToken, continuingPrefix, maxCharactersPerWord } = this.#options;
    return {
      type: 'WordPiece',
      unk_token: unknownToken,
      continuing_subword_prefix: continuingPrefix,
      max_input_chars_per_word: maxCharactersPerWord,
      vocab: this.vocabulary.toJson(),
    };
  }

  /** Finds the pieces and where each ends; false if the word cannot be spelt. */
  #spell(text: string, start: number, end: number, ids: number[], ends: number[]): boolean {
    this.#pieces ??= byPlace(this.vocabulary, this.#options.continuingPrefix, this.#excluded);
    const { first, continuing, longest } = this.#pieces;
    for (let at = start; at < end; ) {
      const known = at === start ? first : continuing;
      let pieceEnd = Math.min(end, at + longest);
      let id: number | undefined;
      for (; pieceEnd > at; pieceEnd--) {
        this.operations++;
        id = known.get(text.slice(at, pieceEnd)); // no piece has half a surrogate pair
        if (id !== undefined) break;
      }
      if (id === undefined) return false;
      ids.push(id);
      ends.push(pieceEnd);
      at = pieceEnd;
    }
    return true;
  }

  #isLong(text: string, start: number, end: number): boolean {
    const most = this.#options.maxCharactersPerWord;
    if (end - start <= most) return false;
    if (end - start > 2 * most) return true;
    return [...text.slice(start, end)].length > most;
  }

  #unknown(word: string): number {
    const { unknownToken } = this.#options;
    const id = this.vocabulary.idOf(unknownToken);
    if (id !== undefined) return id;
    throw new TokenizerError(
      `encode: ${JSON.stringify(word)} cannot be spelt with the vocabulary, which has no ${JSON.stringify(unknownToken)}.\n` +
        'Name one of its tokens as unknownToken.',
      { value: word },
    );
  }
}

/** Ids of the pieces that words begin with, and of those that words go on with, without their prefix. */
interface PiecesByPlace {
  readonly first: ReadonlyMap<string, number>;
  readonly continuing: ReadonlyMap<string, number>;
  /** The length of the longest piece, in UTF-16 code units. */
  readonly longest: number;
}

function byPlace(vocabulary: Vocabulary, prefix: string, excluded: ReadonlySet<number>): PiecesByPlace {
  const first = new Map<string, number>();
  const continuing = new Map<string, number>();
  let longest = 0;
  for (const [piece, id] of vocabulary.entries()) {
    if (excluded.has(id) || piece === '') continue;
    first.set(piece, id);
    if (piece.startsWith(prefix) && piece.length > prefix.length) continuing.set(piece.slice(prefix.length), id);
    longest = Math.max(longest, piece.length);
  }
  return { first, continuing, longest };
}
