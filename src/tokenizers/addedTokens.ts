import { TokenizerError } from '../errors/index.js';
import type { PieceBuffer } from './pieceBuffer.js';
import { SPECIAL } from './pieceRows.js';
import type { Vocabulary } from './vocabulary.js';

/** A token that stands beside the model, found in text before it is split into words: an entry of tokenizer.json. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Whether it is found only between white space, punctuation or the ends of the text. */
  readonly single_word: boolean;
  /** Whether it takes the white space before it. */
  readonly lstrip: boolean;
  /** Whether it takes the white space after it. */
  readonly rstrip: boolean;
  /** Whether it is looked for in the normalized text. */
  readonly normalized: boolean;
  /** Special tokens are found in text only on request; other added tokens always are. */
  readonly special: boolean;
}

/** An added token in a text, [start, end) in UTF-16 code units. */
export interface FoundToken {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** Looks for some tokens in texts: finds what does not overlap, in order, the longest token at the first place. */
export type TokenFinder = (text: string) => Iterable<FoundToken>;

/** The added tokens of a tokenizer. */
export class AddedTokens {
  readonly #byId: ReadonlyMap<number, AddedToken>;
  readonly #always: TokenFinder;
  readonly #onRequest: TokenFinder;

  /** @param finderOf how to look for tokens; the simple way by default, which knows no stripping and no single words */
  constructor(tokens: readonly AddedToken[], finderOf: (tokens: readonly AddedToken[]) => TokenFinder = patternFinder) {
    const sorted = [...tokens].sort((a, b) => a.id - b.id);
    this.#byId = new Map(sorted.map((token) => [token.id, token]));
    this.#always = finderOf(sorted.filter((token) => !token.special));
    this.#onRequest = finderOf(sorted);
  }

  has(id: number): boolean {
    return this.#byId.has(id);
  }

  isSpecial(id: number): boolean {
    return this.#byId.get(id)?.special ?? false;
  }

  /** The special tokens in order of id. */
  special(): Map<string, number> {
    const special = [...this.#byId.values()].filter((token) => token.special);
    return new Map(special.map(({ content, id }) => [content, id]));
  }

  /** The added tokens in a text, special ones only if they are to be parsed. */
  find(text: string, parseSpecialTokens: boolean): Iterable<FoundToken> {
    return (parseSpecialTokens ? this.#onRequest : this.#always)(text);
  }

  /** Appends a token that was found. It is a word of its own. */
  push({ id, start, end }: FoundToken, pieces: PieceBuffer): void {
    pieces.word++;
    pieces.push(id, start, end, this.isSpecial(id) ? SPECIAL : 0);
  }

  /** The tokens in order of id. */
  toJson(): AddedToken[] {
    return [...this.#byId.values()];
  }
}

/** How special tokens are found: as they are, anywhere. */
export const AS_IT_IS = { single_word: false, lstrip: false, rstrip: false, normalized: false };

/**
 * Special tokens by name: where the vocabulary has one its id stays, and the others get the next free ids.
 *
 * @throws TokenizerError if one is empty or there twice
 */
export function addSpecialTokens(contents: readonly string[], vocabulary: Vocabulary, owner: string): AddedTokens {
  if (new Set(contents).size < contents.length || contents.includes('')) {
    throw new TokenizerError(`${owner}: specialTokens has an empty token or one twice.\nGive each once.`, {
      value: contents,
    });
  }
  return new AddedTokens(
    contents.map((content) => {
      if (!vocabulary.has(content)) vocabulary.add(content, vocabulary.size, owner);
      return { id: vocabulary.idOf(content)!, content, ...AS_IT_IS, special: true };
    }),
  );
}

/** Looks for tokens with an expression that matches the longest of them first. */
function patternFinder(tokens: readonly AddedToken[]): TokenFinder {
  if (tokens.length === 0) return () => [];
  const ids = new Map(tokens.map(({ content, id }) => [content, id]));
  const alternatives = [...ids.keys()]
    .sort((a, b) => b.length - a.length)
    .map((content) => content.replace(/\W/g, '\\$&'));
  const pattern = new RegExp(alternatives.join('|'), 'g');
  return (text) =>
    Array.from(text.matchAll(pattern), ({ 0: content, index }) => ({
      id: ids.get(content)!,
      start: index,
      end: index + content.length,
    }));
}
