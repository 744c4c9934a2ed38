import { TokenizerError } from '../errors/index.js';
import type { TokenVocabulary } from './pipeline.js';
import { Vocabulary } from './vocabulary.js';

/** A model's vocabulary, and the added tokens that it lacks. */
export class ExtendedVocabulary implements TokenVocabulary {
  readonly #model: TokenVocabulary;
  readonly #added: Vocabulary;

  constructor(model: TokenVocabulary, owner: string) {
    this.#model = model;
    this.#added = new Vocabulary([], owner);
  }

  /**
   * The id of a token, which is added unless it is there already: with the next free id, if none is given.
   *
   * @throws TokenizerError if it has another id already, or the id is taken
   */
  add(token: string, id: unknown, owner: string): number {
    const known = this.idOf(token);
    if (known !== undefined && (id === undefined || id === known)) return known;
    const taken = typeof id === 'number' ? this.tokenOf(id) : undefined;
    if (known !== undefined || taken !== undefined) {
      throw new TokenizerError(
        `${owner}: the added token ${JSON.stringify(token)} is to have the id ${String(id)}, but ` +
          (known === undefined ? `that is ${JSON.stringify(taken)}'s.` : `its id is ${known}.`) +
          '\nLeave the id out, or give each token one of its own.',
        { value: id },
      );
    }
    this.#added.add(token, id ?? this.size, owner);
    return this.#added.idOf(token)!;
  }

  get size(): number {
    return Math.max(this.#model.size, this.#added.size);
  }

  idOf(token: string): number | undefined {
    return this.#model.idOf(token) ?? this.#added.idOf(token);
  }

  tokenOf(id: number): string | undefined {
    return this.#model.tokenOf(id) ?? this.#added.tokenOf(id);
  }

  *entries(): Iterable<readonly [token: string, id: number]> {
    for (let id = 0; id < this.size; id++) {
      const token = this.tokenOf(id);
      if (token !== undefined) yield [token, id];
    }
  }
}
