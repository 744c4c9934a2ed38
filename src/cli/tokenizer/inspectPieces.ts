import { unicodeToBytes } from '../../tokenizers/byteAlphabet.js';
import type { Encoding, Tokenizer } from '../../tokenizers/index.js';

/** What a piece is, besides the beginning of a word. */
export type PieceKind = 'special' | 'unknown' | 'bytes' | 'inside';

/** A piece of a text. */
export interface InspectedPiece {
  readonly id: number;
  /** As the vocabulary spells it. */
  readonly token: string;
  /** [start, end) in UTF-16 code units of the text. */
  readonly start: number;
  readonly end: number;
  /** The characters of the text that it is of. */
  readonly text: string;
  /** The first that fits; undefined if it is just the beginning of a word. */
  readonly kind: PieceKind | undefined;
  /** Whether it goes on with the word of the piece before. */
  readonly insideWord: boolean;
  /** The bytes that it has of a character; undefined if it is of whole characters. */
  readonly bytes: readonly number[] | undefined;
}

/** Looks into what one tokenizer makes of texts. */
export class PieceInspector {
  readonly #unknownId: number | undefined;
  readonly #isByteLevel: boolean;

  constructor(tokenizer: Tokenizer) {
    const json = JSON.parse(tokenizer.toJson()) as TokenizerJson;
    const { unk_id: id, unk_token: token } = json.model;
    this.#unknownId = id ?? (token == null ? undefined : tokenizer.tokenToId(token));
    this.#isByteLevel = JSON.stringify([json.normalizer, json.pre_tokenizer]).includes('"type":"ByteLevel"');
  }

  /** The pieces of a text, as they were encoded. */
  inspect(text: string, encoding: Encoding): InspectedPiece[] {
    const { ids, tokens, offsets, specialTokensMask, wordIds } = encoding;
    return ids.map((id, index) => {
      const [start, end] = offsets[index]!;
      const token = tokens[index]!;
      const surface = text.slice(start, end);
      const special = specialTokensMask[index] === 1;
      const bytes = special ? undefined : this.#partOfCharacter(token, surface);
      const word = wordIds[index];
      const insideWord = index > 0 && word !== null && word === wordIds[index - 1];
      const kinds: readonly [PieceKind, boolean][] = [
        ['special', special],
        ['unknown', id === this.#unknownId],
        ['bytes', bytes !== undefined],
        ['inside', insideWord],
      ];
      const kind = kinds.find(([, fits]) => fits)?.[0];
      return { id, token, start, end, text: surface, kind, insideWord, bytes };
    });
  }

  /** The bytes of a token that does not hold whole characters. */
  #partOfCharacter(token: string, surface: string): number[] | undefined {
    const fallback = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
    if (fallback !== undefined && surface !== token) return [Number.parseInt(fallback, 16)];
    if (!this.#isByteLevel) return undefined;
    const bytes = [...token].map((character) => BYTES.get(character));
    if (!bytes.every((byte) => byte !== undefined)) return undefined; // an added token
    return isUtf8(bytes) ? undefined : bytes;
  }
}

/** What is read of tokenizer.json. */
interface TokenizerJson {
  readonly normalizer: unknown;
  readonly pre_tokenizer: unknown;
  readonly model: { readonly unk_token?: string | null; readonly unk_id?: number | null };
}

const BYTES = unicodeToBytes();
const UTF8 = new TextDecoder('utf-8', { fatal: true });

function isUtf8(bytes: readonly number[]): boolean {
  try {
    UTF8.decode(Uint8Array.from(bytes));
    return true;
  } catch {
    return false;
  }
}
