import { notInTokenizerJson } from '../notInTokenizerJson.js';
import type { Model, PieceSink } from '../pipeline.js';
import type { Vocabulary } from '../vocabulary.js';
import { PieceTrie } from './pieceTrie.js';

/**
 * CPM-2's model: at each place of a word the longest piece there is; a character that no piece begins with is unknown by
 * itself. tokenizer.json has no name for it.
 */
export class LongestMatch implements Model {
  readonly vocabulary: Vocabulary;
  /** Units looked at since construction: the measure by which growth is tested. */
  operations = 0;
  readonly #unknownId: number;
  readonly #maxCharactersPerWord: number;
  readonly #excluded: ReadonlySet<number>;
  #trie: PieceTrie | undefined;

  /** @param maxCharactersPerWord longer words are unknown as a whole */
  constructor(
    vocabulary: Vocabulary,
    unknownId: number,
    maxCharactersPerWord: number,
    excluded: ReadonlySet<number> = new Set(),
  ) {
    this.vocabulary = vocabulary;
    this.#unknownId = unknownId;
    this.#maxCharactersPerWord = maxCharactersPerWord;
    this.#excluded = excluded;
  }

  encodeWord(text: string, start: number, end: number, pieces: PieceSink): void {
    if (this.#isLong(text, start, end)) {
      pieces.push(this.#unknownId, start, end);
      return;
    }
    this.#trie ??= this.#buildTrie();
    for (let at = start; at < end; ) {
      let id = this.#unknownId;
      let next = at + (text.codePointAt(at)! > 0xffff ? 2 : 1);
      this.operations += this.#trie.prefixes(text, at, end, (piece, pieceEnd) => {
        id = piece;
        next = pieceEnd;
      });
      pieces.push(id, at, next);
      at = next;
    }
  }

  excluding(ids: ReadonlySet<number>): LongestMatch {
    const excluded = new Set([...this.#excluded, ...ids]);
    return new LongestMatch(this.vocabulary, this.#unknownId, this.#maxCharactersPerWord, excluded);
  }

  toJson(): never {
    return notInTokenizerJson('the model of CPM-2');
  }

  #isLong(text: string, start: number, end: number): boolean {
    const most = this.#maxCharactersPerWord;
    return end - start > 2 * most || (end - start > most && [...text.slice(start, end)].length > most);
  }

  #buildTrie(): PieceTrie {
    const trie = new PieceTrie();
    for (const [piece, id] of this.vocabulary.entries()) {
      if (piece !== '' && !this.#excluded.has(id)) trie.add(piece, id);
    }
    return trie;
  }
}
