import { TokenizerError } from '../../errors/index.js';
import type { JsonSection, Model, PieceSink } from '../pipeline.js';
import type { Vocabulary } from '../vocabulary.js';

/** Looks whole words up in the vocabulary. An unknown token that is not in it counts as none. */
export class WordLevel implements Model {
  /** The words. */
  readonly vocabulary: Vocabulary;
  readonly #unknownToken: string | undefined;
  readonly #specialIds: ReadonlySet<number>;

  /** @param specialIds ids that text never becomes */
  constructor(vocabulary: Vocabulary, specialIds: ReadonlySet<number>, unknownToken: string | undefined) {
    this.vocabulary = vocabulary;
    this.#unknownToken = unknownToken !== undefined && vocabulary.has(unknownToken) ? unknownToken : undefined;
    this.#specialIds = specialIds;
  }

  encodeWord(text: string, start: number, end: number, pieces: PieceSink): void {
    const word = text.slice(start, end);
    // No vocabulary has a lone surrogate, so that looking again is early enough to read it as U+FFFD.
    let id = this.#idOf(word) ?? this.#idOf(word.replace(/\p{Surrogate}/gu, '\uFFFD'));
    if (id === undefined) {
      if (this.#unknownToken === undefined) throw unknownWord(word, start);
      id = this.vocabulary.idOf(this.#unknownToken)!;
    }
    pieces.push(id, start, end);
  }

  excluding(ids: ReadonlySet<number>): WordLevel {
    return new WordLevel(this.vocabulary, new Set([...this.#specialIds, ...ids]), this.#unknownToken);
  }

  #idOf(word: string): number | undefined {
    const id = this.vocabulary.idOf(word);
    return id === undefined || this.#specialIds.has(id) ? undefined : id;
  }

  toJson(): JsonSection {
    return {
      type: 'WordLevel',
      vocab: this.vocabulary.toJson(),
      unk_token: this.#unknownToken ?? this.#absentToken(),
    };
  }

  /** The format wants a name here, and one that the vocabulary lacks means: refuse unknown words. */
  #absentToken(): string {
    let name = '<unk>';
    while (this.vocabulary.has(name)) name = `<${name}>`;
    return name;
  }
}

function unknownWord(word: string, offset: number): TokenizerError {
  const codePoints = Array.from(word, (character) => {
    const hex = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    return `U+${hex}`;
  });
  return new TokenizerError(
    `encode: ${JSON.stringify(word)} (${codePoints.join(' ')}) at offset ${offset} is not in the vocabulary.\n` +
      'Train the tokenizer on text that has it, or give the tokenizer an unknownToken.',
    { value: word },
  );
}
