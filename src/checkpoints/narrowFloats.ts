// Widening of the float types that JavaScript lacks, by their bits: every value of theirs is exact in float32, and a
// NaN keeps its payload, which assigning numbers would not promise.

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
export function decodeHalf(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halfToFloatBits(halves[i]!);
  return new Float32Array(bits.buffer);
}

/** bfloat16: the upper half of a float32. */
export function decodeBrainFloat(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

/**
 * One byte a number, E4M3 (no infinities, 0x7f is NaN) or E5M2 (the upper byte of a half).
 *
 * @see Micikevicius et al. 2022, https://arxiv.org/abs/2209.05433
 */
export function decodeFloat8(dtype: 'F8_E4M3' | 'F8_E5M2', bytes: Uint8Array): Float32Array {
  const bits = new Uint32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    bits[i] = dtype === 'F8_E5M2' ? halfToFloatBits(bytes[i]! << 8) : e4m3ToFloatBits(bytes[i]!);
  }
  return new Float32Array(bits.buffer);
}

function halfToFloatBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13); // infinity or NaN
  return sign | magnitudeBits(exponent, fraction, 10, 15);
}

function e4m3ToFloatBits(byte: number): number {
  const sign = (byte & 0x80) << 24;
  if ((byte & 0x7f) === 0x7f) return sign | 0x7fc00000; // NaN
  return sign | magnitudeBits((byte >> 3) & 0xf, byte & 0x7, 3, 7);
}

/** The float32 bits of a finite narrow float without its sign. */
function magnitudeBits(exponent: number, fraction: number, fractionBits: number, bias: number): number {
  if (exponent > 0) return ((exponent - bias + 127) << 23) | (fraction << (23 - fractionBits));
  if (fraction === 0) return 0;
  // Subnormal: shift the highest set bit up to where float32 keeps it implicit.
  const shift = fractionBits - (31 - Math.clz32(fraction));
  const normalized = (fraction << shift) & ((1 << fractionBits) - 1);
  return ((1 - shift - bias + 127) << 23) | (normalized << (23 - fractionBits));
}
