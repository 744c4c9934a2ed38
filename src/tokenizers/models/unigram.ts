import { rejectUnknownOptions, TokenizerError } from '../../errors/index.js';
import { describe } from '../describe.js';
import type { JsonSection, Model, PieceSink } from '../pipeline.js';
import { Vocabulary } from '../vocabulary.js';
import { bytePieces, isBytePiece } from './byteFallback.js';
import { PieceTrie } from './pieceTrie.js';

/** Options of `unigramModel`. */
export interface UnigramModelOptions {
  /** Pieces and their scores, which are the logarithms of their probabilities; a piece's index is its id. */
  readonly pieces: readonly (readonly [piece: string, score: number])[];
  /** The piece that characters become which no piece has; without one they are refused. */
  readonly unknownToken?: string;
  /** Whether such characters become pieces of their bytes, `<0xE6>` and the like, where the vocabulary has these. */
  readonly byteFallback?: boolean;
}

/** An unknown character costs this much more than the rarest piece. */
const UNKNOWN_PENALTY = 10;
/** Words up to this length share their scratch memory, in UTF-16 code units. */
const SHORT_WORD = 256;
const UNREACHED = -1;
const UNKNOWN = -1;

/**
 * SentencePiece's model: of all ways to spell a word with the pieces, the one whose scores sum up to the most, found in
 * time linear in the word (Viterbi). Unknown characters that follow each other are one piece.
 *
 * @throws TokenizerError if the pieces are malformed, or the unknown token is none of them
 * @throws ConfigError if an option is unknown
 * @see Kudo 2018, https://arxiv.org/abs/1804.10959
 */
export function unigramModel(options: UnigramModelOptions): Model {
  const owner = 'unigramModel';
  rejectUnknownOptions(owner, options, ['pieces', 'unknownToken', 'byteFallback']);
  return readUnigram(options, owner);
}

/** @param owner who reads the options, for messages */
export function readUnigram(
  { pieces, unknownToken, byteFallback = false }: UnigramModelOptions,
  owner: string,
): Unigram {
  if (!Array.isArray(pieces)) {
    throw new TokenizerError(`${owner}: the pieces are ${describe(pieces)}.\nPass an array of [piece, score].`, {
      value: pieces,
    });
  }
  const entries = Array.from<unknown, readonly [string, number]>(pieces, (entry, id) => {
    const [piece, score, ...more] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof piece === 'string' && Number.isFinite(score) && more.length === 0) return [piece, score as number];
    throw new TokenizerError(`${owner}: piece ${id} is ${describe(entry)}.\nA piece is [piece, score].`, {
      value: entry,
    });
  });
  const vocabulary = new Vocabulary(
    entries.map(([piece], id) => [piece, id]),
    owner,
  );
  if (unknownToken !== undefined && !vocabulary.has(unknownToken)) {
    throw new TokenizerError(
      `${owner}: the unknown token ${describe(unknownToken)} is no piece.\nName one of the pieces.`,
      { value: unknownToken },
    );
  }
  const scores = Float64Array.from(entries, ([, score]) => score);
  return new Unigram(vocabulary, scores, { unknownToken, byteFallback });
}

/** What `unigramModel` makes. */
export class Unigram implements Model {
  /** The pieces. */
  readonly vocabulary: Vocabulary;
  /** Units looked at since construction: the measure by which growth is tested. */
  operations = 0;
  readonly #scores: Float64Array;
  readonly #options: { readonly unknownToken: string | undefined; readonly byteFallback: boolean };
  readonly #excluded: ReadonlySet<number>;
  readonly #scratch = new BestPaths(SHORT_WORD);
  #trie: PieceTrie | undefined;
  #unknownScore = 0;

  constructor(
    vocabulary: Vocabulary,
    scores: Float64Array,
    options: { readonly unknownToken: string | undefined; readonly byteFallback: boolean },
    excluded: ReadonlySet<number> = new Set(),
  ) {
    this.vocabulary = vocabulary;
    this.#scores = scores;
    this.#options = options;
    this.#excluded = excluded;
  }

  encodeWord(text: string, start: number, end: number, pieces: PieceSink): void {
    const length = end - start;
    const paths = length <= SHORT_WORD ? this.#scratch : new BestPaths(length);
    this.#findPaths(paths, text, start, end);
    // Backwards from the end, then turned around; unknown characters in a row are joined.
    const ids: number[] = [];
    const starts: number[] = [];
    for (let at = length; at > 0; at = paths.from[at]!) {
      const id = paths.ids[at]!;
      const from = start + paths.from[at]!;
      if (id === UNKNOWN && ids.at(-1) === UNKNOWN) starts[starts.length - 1] = from;
      else {
        ids.push(id);
        starts.push(from);
      }
    }
    for (let index = ids.length - 1; index >= 0; index--) {
      const pieceEnd = index === 0 ? end : starts[index - 1]!;
      if (ids[index] === UNKNOWN) this.#pushUnknown(text, starts[index]!, pieceEnd, pieces);
      else pieces.push(ids[index]!, starts[index]!, pieceEnd);
    }
  }

  excluding(ids: ReadonlySet<number>): Unigram {
    return new Unigram(this.vocabulary, this.#scores, this.#options, new Set([...this.#excluded, ...ids]));
  }

  toJson(): JsonSection {
    const { unknownToken, byteFallback } = this.#options;
    return {
      type: 'Unigram',
      unk_id: unknownToken === undefined ? null : this.vocabulary.idOf(unknownToken)!,
      vocab: Array.from(this.vocabulary.entries(), ([piece, id]) => [piece, this.#scores[id]!]),
      byte_fallback: byteFallback,
    };
  }

  /** The best way to each place between two characters. */
  #findPaths({ scores, from, ids }: BestPaths, text: string, start: number, end: number): void {
    this.#trie ??= this.#buildTrie();
    const length = end - start;
    from.fill(UNREACHED, 0, length + 1);
    scores[0] = 0;
    for (let at = 0; at < length; ) {
      const next = at + (text.codePointAt(start + at)! > 0xffff && at + 1 < length ? 2 : 1);
      const scoreHere = scores[at]!;
      let hasCharacter = false;
      const reach = (place: number, score: number, id: number) => {
        if (from[place] !== UNREACHED && scores[place]! >= score) return;
        from[place] = at;
        scores[place] = score;
        ids[place] = id;
      };
      this.operations += this.#trie.prefixes(text, start + at, end, (id, pieceEnd) => {
        hasCharacter ||= pieceEnd === start + next;
        reach(pieceEnd - start, scoreHere + this.#scores[id]!, id);
      });
      if (!hasCharacter) reach(next, scoreHere + this.#unknownScore, UNKNOWN);
      at = next;
    }
  }

  #buildTrie(): PieceTrie {
    const { unknownToken, byteFallback } = this.#options;
    this.#unknownScore = this.#scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY);
    this.#unknownScore -= UNKNOWN_PENALTY;
    const trie = new PieceTrie();
    for (const [piece, id] of this.vocabulary.entries()) {
      // Text that spells a byte piece or the unknown token is text like any other.
      const isText = !this.#excluded.has(id) && piece !== unknownToken && !(byteFallback && isBytePiece(piece));
      if (isText) trie.add(piece, id);
    }
    return trie;
  }

  #pushUnknown(text: string, start: number, end: number, pieces: PieceSink): void {
    const { unknownToken, byteFallback } = this.#options;
    const unknown = text.slice(start, end);
    if (byteFallback && bytePieces(unknown, this.vocabulary) !== undefined) {
      let at = start;
      for (const character of unknown) {
        for (const id of bytePieces(character, this.vocabulary)!) pieces.push(id, at, at + character.length);
        at += character.length;
      }
      return;
    }
    if (unknownToken === undefined) {
      throw new TokenizerError(
        `encode: ${JSON.stringify(unknown)} at offset ${start} is in no piece.\nGive the tokenizer an unknownToken.`,
        { value: unknown },
      );
    }
    pieces.push(this.vocabulary.idOf(unknownToken)!, start, end);
  }
}

/** Of each place in a word: the best score that leads there, where its last piece begins, and which piece that is. */
class BestPaths {
  readonly scores: Float64Array;
  readonly from: Int32Array;
  readonly ids: Int32Array;

  constructor(length: number) {
    this.scores = new Float64Array(length + 1);
    this.from = new Int32Array(length + 1);
    this.ids = new Int32Array(length + 1);
  }
}
