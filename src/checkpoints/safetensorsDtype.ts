/** The element type of a stored tensor, by its name in the file. */
export type SafetensorsDtype =
  | 'BOOL'
  | 'F4'
  | 'F6_E2M3'
  | 'F6_E3M2'
  | 'U8'
  | 'I8'
  | 'F8_E5M2'
  | 'F8_E4M3'
  | 'F8_E8M0'
  | 'F8_E4M3FNUZ'
  | 'F8_E5M2FNUZ'
  | 'I16'
  | 'U16'
  | 'F16'
  | 'BF16'
  | 'I32'
  | 'U32'
  | 'F32'
  | 'C64'
  | 'F64'
  | 'I64'
  | 'U64';

/**
 * The element types of safetensors with their bits, in the reference implementation's order. That order is the
 * files': tensors are written from the last type to the first, so that each starts aligned to its size.
 */
const dtypeBits: Readonly<Record<SafetensorsDtype, number>> = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
};

/** All element types, the most aligned last. */
export const dtypes = Object.keys(dtypeBits) as readonly SafetensorsDtype[];

/** Whether a file's dtype is one this library knows the size of. */
export function isDtype(name: string): name is SafetensorsDtype {
  return Object.hasOwn(dtypeBits, name);
}

/** Where a dtype stands in the order of alignment. */
export function alignmentRank(dtype: SafetensorsDtype): number {
  return dtypes.indexOf(dtype);
}

/**
 * The bytes that a tensor of this shape takes.
 *
 * @returns undefined if the count is no safe integer, or not a whole number of bytes (types below 8 bits)
 */
export function tensorBytes(dtype: SafetensorsDtype, shape: readonly number[]): number | undefined {
  let elements = 1;
  for (const size of shape) {
    elements *= size;
    if (!Number.isSafeInteger(elements)) return undefined;
  }
  const bytes = (elements * dtypeBits[dtype]) / 8;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
