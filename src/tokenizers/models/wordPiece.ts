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
  readonly #continuing: ContinuingPieces;
  /** The pieces of the word that was spelt last, and where they end. */
  readonly #ids: number[] = [];
  readonly #ends: number[] = [];

  constructor(
    vocabulary: Vocabulary,
    options: Required<Omit<WordPieceModelOptions, 'vocab'>>,
    excluded: ReadonlySet<number> = new Set(),
    continuing = continuingPieces(vocabulary, options.continuingPrefix),
  ) {
    this.vocabulary = vocabulary;
    this.#options = options;
    this.#excluded = excluded;
    this.#continuing = continuing;
  }

  encodeWord(text: string, start: number, end: number, pieces: PieceSink): void {
    const count = this.#isLong(text, start, end) ? 0 : this.#spell(text, start, end);
    if (count === 0) pieces.push(this.#unknown(text.slice(start, end)), start, end);
    for (let index = 0, at = start; index < count; index++) {
      const pieceEnd = this.#ends[index]!;
      pieces.push(this.#ids[index]!, at, pieceEnd);
      at = pieceEnd;
    }
  }

  excluding(ids: ReadonlySet<number>): WordPiece {
    return new WordPiece(this.vocabulary, this.#options, new Set([...this.#excluded, ...ids]), this.#continuing);
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

  /**
   * Finds the pieces of a word that is not empty, and where each ends.
   *
   * @returns how many there are; 0 if the word cannot be spelt
   */
  #spell(text: string, start: number, end: number): number {
    const { pieces, longest } = this.#continuing;
    let count = 0;
    for (let at = start; at < end; count++) {
      let id: number | undefined;
      let pieceEnd = Math.min(end, at + longest);
      for (; pieceEnd > at; pieceEnd--) {
        this.operations++;
        const piece = text.slice(at, pieceEnd); // no piece has half a surrogate pair
        id = at === start ? this.vocabulary.idOf(piece) : pieces.get(piece);
        if (id !== undefined && !this.#excluded.has(id)) break;
      }
      if (pieceEnd === at) return 0;
      this.#ids[count] = id!;
      this.#ends[count] = pieceEnd;
      at = pieceEnd;
    }
    return count;
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

/** What words go on with. */
interface ContinuingPieces {
  /** Pieces without their prefix. */
  readonly pieces: ReadonlyMap<string, number>;
  /** The length of the longest piece of all, in UTF-16 code units. */
  readonly longest: number;
}

function continuingPieces(vocabulary: Vocabulary, prefix: string): ContinuingPieces {
  const pieces = new Map<string, number>();
  let longest = 0;
  for (const [piece, id] of vocabulary.entries()) {
    longest = Math.max(longest, piece.length);
    if (piece.startsWith(prefix) && piece.length > prefix.length) pieces.set(piece.slice(prefix.length), id);
  }
  return { pieces, longest };
}
