// The little of protobuf's wire format that an ONNX file is made of: a message is its fields, one after the other.

/** Bytes in pieces, so that a tensor of many megabytes is never copied into the messages around it. */
export type Pieces = readonly Uint8Array[];

const WIRE_TYPES = { varint: 0, bytes: 2, fixed32: 5 } as const;
const utf8 = new TextEncoder();

/** A whole number, also a negative one (ten bytes, as protobuf has it). */
export function integer(field: number, value: number | bigint): Pieces {
  return [key(field, 'varint'), varint(BigInt(value))];
}

/** A 32-bit floating-point number. */
export function float(field: number, value: number): Pieces {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [key(field, 'fixed32'), bytes];
}

/** Bytes as they are. */
export function bytes(field: number, value: Uint8Array): Pieces {
  return message(field, [value]);
}

/** Text in UTF-8. */
export function text(field: number, value: string): Pieces {
  return bytes(field, utf8.encode(value));
}

/** A message inside the message. */
export function message(field: number, pieces: Pieces): Pieces {
  return [key(field, 'bytes'), varint(BigInt(sizeOf(pieces))), ...pieces];
}

/** How many bytes there are in all pieces. */
export function sizeOf(pieces: Pieces): number {
  return pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function key(field: number, type: keyof typeof WIRE_TYPES): Uint8Array {
  return varint(BigInt((field << 3) | WIRE_TYPES[type]));
}

/** Seven bits a byte, the lowest first; the eighth bit says that more follow. */
function varint(value: bigint): Uint8Array {
  const encoded: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    encoded.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(encoded);
}
