import { TokenizerError } from '../errors/index.js';
import type { JsonSection } from './pipeline.js';
import type { Vocabulary } from './vocabulary.js';

/** A token that stands beside the model: found in the text before it is split into words. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Special tokens are found in text only on request; other added tokens always are. */
  readonly special: boolean;
}

/** The added tokens of a tokenizer. */
export class AddedTokens {
  readonly #byId: ReadonlyMap<number, AddedToken>;
  /** Finds the longest of the added tokens at a place; undefined where there is none to find. */
  readonly #always: RegExp | undefined;
  readonly #onRequest: RegExp | undefined;

  constructor(tokens: readonly AddedToken[]) {
    const sorted = [...tokens].sort((a, b) => a.id - b.id);
    this.#byId = new Map(sorted.map((token) => [token.id, token]));
    this.#always = patternOf(sorted.filter((token) => !token.special));
    this.#onRequest = patternOf(sorted);
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

  /** What finds added tokens in a text: a global expression, its lastIndex 0. */
  finder(parseSpecialTokens: boolean): RegExp | undefined {
    const pattern = parseSpecialTokens ? this.#onRequest : this.#always;
    return pattern === undefined ? undefined : new RegExp(pattern);
  }

  toJson(): Omit<JsonSection, 'type'>[] {
    return Array.from(this.#byId.values(), ({ id, content, special }) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special,
    }));
  }
}

/**
 * Special tokens by name: where the vocabulary has one its id stays, and the others get the next free ids.
 *
 * @throws TokenizerError if one is empty or there twice
 */
export function addSpecialTokens(contents: readonly string[], vocabulary: Vocabulary, owner: string): AddedTokens {
  if (new Set(contents).size < contents.length || contents.includes('')) {
    throw new TokenizerError(`${owner}: specialTokens has an empty token or one twice.\nName each once.`, {
      value: contents,
    });
  }
  return new AddedTokens(
    contents.map((content) => {
      if (!vocabulary.has(content)) vocabulary.add(content, vocabulary.size, owner);
      return { id: vocabulary.idOf(content)!, content, special: true };
    }),
  );
}

/** An expression that matches the longest of the tokens first. */
function patternOf(tokens: readonly AddedToken[]): RegExp | undefined {
  if (tokens.length === 0) return undefined;
  const alternatives = tokens
    .map((token) => token.content)
    .sort((a, b) => b.length - a.length)
    .map((content) => content.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(alternatives.join('|'), 'g');
}
