import { MappedText } from '../mappedText.js';
import { toByteAlphabet } from '../normalizers/byteLevel.js';
import type { PieceBuffer } from '../pieceBuffer.js';
import type { JsonSection, Model } from '../pipeline.js';
import type { Vocabulary } from '../vocabulary.js';
import type { ByteLevelBpe } from './byteLevelBpe.js';

const NONE = -1;
const MAX_REMEMBERED = 2 ** 16;

/** A byte-level model whose words stay whole where they are tokens, whatever the merges say: `ignore_merges`. */
export class WholeWords implements Model {
  readonly vocabulary: Vocabulary;
  readonly #model: ByteLevelBpe;
  readonly #specialIds: ReadonlySet<number>;
  /** The id of each word met before that is a token, NONE for others. */
  readonly #ids = new Map<string, number>();

  constructor(model: ByteLevelBpe, specialIds: ReadonlySet<number>) {
    this.vocabulary = model.vocabulary;
    this.#model = model;
    this.#specialIds = specialIds;
  }

  encodeWord(text: string, start: number, end: number, pieces: PieceBuffer): void {
    const word = text.slice(start, end);
    let id = this.#ids.get(word);
    if (id === undefined) {
      if (this.#ids.size >= MAX_REMEMBERED) this.#ids.clear();
      const token = this.vocabulary.idOf(toByteAlphabet(MappedText.of(word)).text);
      id = token === undefined || this.#specialIds.has(token) ? NONE : token;
      this.#ids.set(` ${word}`.slice(1), id); // a string of its own, which does not keep the text alive
    }
    if (id === NONE) this.#model.encodeWord(text, start, end, pieces);
    else pieces.push(id, start, end);
  }

  toJson(): JsonSection {
    return { ...this.#model.toJson(), ignore_merges: true };
  }
}
