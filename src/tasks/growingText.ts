import { StopSequences } from '../generation/stopSequences.js';
import type { DecodeStream, Tokenizer } from '../tokenizers/index.js';

/** The text of tokens that come one by one, up to a stop string. */
export class GrowingText {
  readonly #decoder: DecodeStream;
  readonly #stops: StopSequences<string>;

  /**
   * @param promptIds what the text continues: some tokenizers spell a token differently at the start of a text
   * @param stops none of them empty
   */
  constructor(tokenizer: Tokenizer, promptIds: readonly number[], stops: readonly string[]) {
    this.#decoder = tokenizer.decodeStream({ skipSpecialTokens: true });
    for (const id of promptIds) this.#decoder.push(id);
    this.#stops = new StopSequences(stops.map((stop) => [...stop]));
  }

  /** Whether a stop string is complete: nothing more will come out. */
  get stopped(): boolean {
    return this.#stops.stopped;
  }

  /** @returns the text that is now certain; '' while a character is incomplete or a stop string may be under way */
  push(id: number): string {
    if (this.stopped) return '';
    let text = '';
    for (const character of this.#decoder.push(id)) {
      text += this.#stops.push(character).join('');
      if (this.stopped) break;
    }
    return text;
  }

  /** @returns what was held back, when no token follows; not the bytes of an incomplete character */
  end(): string {
    return this.#stops.end().join('');
  }
}
