import { TokenizerError } from '../errors/index.js';
import { describe } from './describe.js';
import { parseJson } from './json.js';
import type { TokenVocabulary } from './pipeline.js';

/**
 * Tokens and their ids: a map, an object, the text of a vocab.json, or an array whose index is the id. Of an object
 * only its own entries count, so that tokens such as `constructor` are safe.
 */
export type VocabularyInput =
  | ReadonlyMap<string, number>
  | Readonly<Record<string, number>>
  | readonly string[]
  | string;

/** Pair tables pack ids into 22 bits, and tables by id must fit in memory whatever a hostile file says. */
const MAX_VOCAB_SIZE = 2 ** 22;

/** A one-to-one map between tokens and ids. Ids may have gaps. */
export class Vocabulary implements TokenVocabulary {
  readonly #ids = new Map<string, number>();
  readonly #tokens: (string | undefined)[] = [];

  /**
   * @param owner who reads it, for messages
   * @throws TokenizerError if an id is not a small whole number, or two tokens share one
   */
  constructor(entries: Iterable<readonly [string, unknown]>, owner: string) {
    for (const [token, id] of entries) this.add(token, id, owner);
  }

  add(token: string, id: unknown, owner: string): void {
    const refusal = (problem: string) =>
      new TokenizerError(`${owner}: the vocabulary ${problem}`, { value: [token, id] });
    if (typeof token !== 'string') throw refusal(`has the token ${describe(token)}.\nTokens must be strings.`);
    if (/\p{Surrogate}/u.test(token)) {
      throw refusal(`has the token ${describe(token)} with a lone surrogate, which is no character.\nMake it U+FFFD.`);
    }
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= MAX_VOCAB_SIZE) {
      const advice = `Ids must be whole numbers from 0 to ${MAX_VOCAB_SIZE - 1}.`;
      throw refusal(`gives ${describe(token)} the id ${describe(id)}.\n${advice}`);
    }
    const other = this.#tokens[id];
    if (other !== undefined) {
      throw refusal(`gives the id ${id} to ${describe(other)} and to ${describe(token)}.\nGive each an id of its own.`);
    }
    if (this.#ids.has(token)) throw refusal(`holds ${describe(token)} twice.\nGive each token one id.`);
    this.#ids.set(token, id);
    this.#tokens[id] = token;
  }

  /** The largest id + 1. */
  get size(): number {
    return this.#tokens.length;
  }

  has(token: string): boolean {
    return this.#ids.has(token);
  }

  idOf(token: string): number | undefined {
    return this.#ids.get(token);
  }

  tokenOf(id: number): string | undefined {
    return this.#tokens[id];
  }

  /** The entries in order of id. */
  *entries(): IterableIterator<[token: string, id: number]> {
    for (const [id, token] of this.#tokens.entries()) if (token !== undefined) yield [token, id];
  }

  /** The vocabulary as an object; each token is an own property, `__proto__` too. */
  toJson(): Record<string, number> {
    return Object.fromEntries(this.entries());
  }
}

/** @throws TokenizerError if the input is of another kind, or holds what a vocabulary cannot */
export function readVocabulary(input: VocabularyInput, owner: string): Vocabulary {
  return new Vocabulary(vocabularyEntries(typeof input === 'string' ? parseJson(input, owner) : input, owner), owner);
}

function vocabularyEntries(input: unknown, owner: string): Iterable<readonly [string, unknown]> {
  if (input instanceof Map) return input;
  // Array.from makes the holes of a sparse array entries, which then are found to be no tokens.
  if (Array.isArray(input)) return Array.from<unknown, [string, number]>(input, (token, id) => [token as string, id]);
  if (typeof input === 'object' && input !== null) return Object.entries(input);
  throw new TokenizerError(
    `${owner}: the vocabulary is ${describe(input)}.\n` +
      'Pass a Map, an object or an array of tokens, or the text of a vocab.json.',
    { value: input },
  );
}
