// Writes small spiece.model files: as much of Protocol Buffers as that takes.

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** A field that holds bytes. */
export function field(number: number, bytes: Uint8Array): Uint8Array {
  const head = Uint8Array.from([...varint(8 * number + 2), ...varint(bytes.length)]);
  return concatenate([head, bytes]);
}

/** A field that holds a whole number. */
export function varintField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(8 * number), ...varint(value)]);
}

/** A piece: 1 is a normal one, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 a byte. */
export function piece(text: string, score: number, type: number): Uint8Array {
  const scoreField = new Uint8Array(5);
  scoreField[0] = 8 * 2 + 5;
  new DataView(scoreField.buffer).setFloat32(1, score, true);
  return field(1, concatenate([field(1, new TextEncoder().encode(text)), scoreField, varintField(3, type)]));
}

/** A model of pieces, and fields of its trainer's and its normalizer's settings. */
export function model(pieces: Uint8Array[], trainer: Uint8Array[], normalizer: Uint8Array[] = []): Uint8Array {
  return concatenate([...pieces, field(2, concatenate(trainer)), field(3, concatenate(normalizer))]);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
