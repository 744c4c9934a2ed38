// As much of Protocol Buffers as a spiece.model needs. Its bytes are untrusted: every length is checked before it is used.

import { TokenizerError } from '../../errors/index.js';

/** The kinds of fields: how the bytes after a field's number are to be read. */
const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

/** A field of a message. */
export type Field =
  | { readonly number: number; readonly kind: 'number'; readonly value: number }
  | { readonly number: number; readonly kind: 'float'; readonly value: number }
  | { readonly number: number; readonly kind: 'bytes'; readonly value: Uint8Array };

/**
 * The fields of a message, in order. Numbers of 64 bits and groups, which no tokenizer has, are passed over or refused.
 *
 * @throws TokenizerError if the bytes are no message
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function* readFields(bytes: Uint8Array): Iterable<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw damaged('it ends inside a number');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw damaged('a number has more than ten bytes');
  };
  const take = (length: number): number => {
    const start = at;
    if (length > bytes.length - at) throw damaged(`a field of ${length} bytes is longer than what is left`);
    at += length;
    return start;
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case VARINT:
        yield { number, kind: 'number', value: varint() };
        break;
      case FIXED_64:
        take(8);
        break;
      case BYTES: {
        const length = varint();
        const start = take(length);
        yield { number, kind: 'bytes', value: bytes.subarray(start, at) };
        break;
      }
      case FIXED_32:
        yield { number, kind: 'float', value: view.getFloat32(take(4), true) };
        break;
      default:
        throw damaged(`a field is of the kind ${tag % 8}`);
    }
  }
}

function damaged(what: string): TokenizerError {
  return new TokenizerError(`This is no SentencePiece model: ${what}.\nPass the whole bytes of a spiece.model.`);
}
