import { decodeFloat32, decodeInt32, readSafetensors, type SafetensorsDtype } from 'sesame-nlp/checkpoints';
import { CheckpointError } from 'sesame-nlp/errors';
import { describe, expect, test } from 'vitest';
import { readFixture } from '../support/fixtures.js';

const stored = (dtype: SafetensorsDtype, values: ArrayBufferView) => ({
  dtype,
  shape: [] as number[],
  data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});
const floats = (dtype: SafetensorsDtype, values: ArrayBufferView) => decodeFloat32('w', stored(dtype, values));
const ints = (dtype: SafetensorsDtype, values: ArrayBufferView) => decodeInt32('w', stored(dtype, values));
const bitsOf = (values: Float32Array) => [...new Uint32Array(values.buffer, values.byteOffset, values.length)];

/** The value of a narrow float by its definition, in doubles. */
function byDefinition(bits: number, exponentBits: number, fractionBits: number, infinities: boolean): number {
  const sign = bits >> (exponentBits + fractionBits) ? -1 : 1;
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
  const fraction = bits & (2 ** fractionBits - 1);
  const bias = 2 ** (exponentBits - 1) - 1;
  const top = 2 ** exponentBits - 1;
  if (infinities && exponent === top) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (!infinities && exponent === top && fraction === 2 ** fractionBits - 1) return Number.NaN;
  return exponent === 0
    ? sign * fraction * 2 ** (1 - bias - fractionBits)
    : sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias);
}

describe('decodeFloat32', () => {
  test('the constants of the half format', () => {
    const halves = Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x0400, 0x7c00, 0xfc00);
    expect([...floats('F16', halves)]).toEqual([
      0,
      -0,
      1,
      -2,
      65504,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  test('every half, brain float and 8-bit float has the value of its definition', () => {
    const all16 = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
    expect(floats('F16', all16)).toEqual(Float32Array.from(all16, (bits) => byDefinition(bits, 5, 10, true)));
    expect(floats('BF16', all16)).toEqual(Float32Array.from(all16, (bits) => byDefinition(bits, 8, 7, true)));
    const all8 = Uint8Array.from({ length: 256 }, (_, bits) => bits);
    expect(floats('F8_E4M3', all8)).toEqual(Float32Array.from(all8, (bits) => byDefinition(bits, 4, 3, false)));
    expect(floats('F8_E5M2', all8)).toEqual(Float32Array.from(all8, (bits) => byDefinition(bits, 5, 2, true)));
  });

  test('a NaN keeps its payload', () => {
    expect(bitsOf(floats('F32', Uint32Array.of(0x7fc00001, 0xffc12345)))).toEqual([0x7fc00001, 0xffc12345]);
    expect(bitsOf(floats('F16', Uint16Array.of(0x7e01, 0xfe00)))).toEqual([0x7fc02000, 0xffc00000]);
    expect(bitsOf(floats('BF16', Uint16Array.of(0x7fc1)))).toEqual([0x7fc10000]);
  });

  test('F32 is a view where it is aligned, and a right copy where it is not', () => {
    const values = Float32Array.of(1.5, -2.5);
    expect(floats('F32', values).buffer).toBe(values.buffer);
    const shifted = new Uint8Array(9);
    shifted.set(new Uint8Array(values.buffer), 1);
    const copy = floats('F32', shifted.subarray(1));
    expect(copy.buffer).not.toBe(shifted.buffer);
    expect([...copy]).toEqual([1.5, -2.5]);
  });

  test('F64 is rounded, infinities stay, and a finite value beyond float32 is refused', () => {
    const kept = [0.1, -1e-300, Number.POSITIVE_INFINITY, Number.NaN];
    expect([...floats('F64', Float64Array.from(kept))]).toEqual([
      Math.fround(0.1),
      -0,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
    expect(() => floats('F64', Float64Array.of(0, -1e39))).toThrow(/"w" \(F64\) holds -1e\+39 at element 1.*float32/);
  });

  test('integers are exact or refused', () => {
    expect([...floats('I64', BigInt64Array.of(-16777216n, 2n ** 60n))]).toEqual([-16777216, 2 ** 60]);
    expect(() => floats('I64', BigInt64Array.of(16777217n))).toThrow(CheckpointError);
    expect(() => floats('I64', BigInt64Array.of(2n ** 60n + 1n))).toThrow(CheckpointError);
    expect(() => floats('I32', Int32Array.of(1, 16777217))).toThrow('16777217 at element 1');
    expect([...floats('U32', Uint32Array.of(2 ** 31))]).toEqual([2 ** 31]);
    expect([...floats('I8', Int8Array.of(-1))]).toEqual([-1]);
    expect([...floats('U8', Uint8Array.of(255))]).toEqual([255]);
    expect([...floats('I16', Int16Array.of(-300))]).toEqual([-300]);
    expect([...floats('U16', Uint16Array.of(65535))]).toEqual([65535]);
    expect([...floats('BOOL', Uint8Array.of(0, 1))]).toEqual([0, 1]);
  });

  test('a type without a float32 form is named', () => {
    expect(() => floats('C64', new Float32Array(2))).toThrow(/"w" has the dtype C64, which has no float32 form/);
  });
});

describe('decodeInt32', () => {
  test('int64 is read where it fits and refused with its name, value and place where not', () => {
    expect([...ints('I64', BigInt64Array.of(-(2n ** 31n), 2n ** 31n - 1n, -1n))]).toEqual([
      -(2 ** 31),
      2 ** 31 - 1,
      -1,
    ]);
    expect(() => ints('I64', BigInt64Array.of(0n, 2n ** 31n))).toThrow(/"w" \(I64\) holds 2147483648 at element 1/);
    expect(() => ints('I64', BigInt64Array.of(-(2n ** 31n) - 1n))).toThrow(CheckpointError);
    expect(() => ints('U64', BigUint64Array.of(2n ** 64n - 1n))).toThrow('18446744073709551615');
    expect(() => ints('U32', Uint32Array.of(2 ** 31))).toThrow(CheckpointError);
  });

  test('smaller integers and booleans widen', () => {
    expect([...ints('I32', Int32Array.of(-(2 ** 31)))]).toEqual([-(2 ** 31)]);
    expect([...ints('U64', BigUint64Array.of(7n))]).toEqual([7]);
    expect([...ints('U32', Uint32Array.of(7))]).toEqual([7]);
    expect([...ints('I16', Int16Array.of(-7))]).toEqual([-7]);
    expect([...ints('U16', Uint16Array.of(65535))]).toEqual([65535]);
    expect([...ints('I8', Int8Array.of(-7))]).toEqual([-7]);
    expect([...ints('U8', Uint8Array.of(255))]).toEqual([255]);
    expect([...ints('BOOL', Uint8Array.of(0, 1))]).toEqual([0, 1]);
  });

  test('fractions are sent to decodeFloat32', () => {
    expect(() => ints('BF16', Uint16Array.of(0))).toThrow(/no int32 form.\n.*use decodeFloat32/);
  });
});

test('real files of float16, bfloat16 and int64 decode to finite weights and counted positions', async () => {
  const decoded: number[][] = [];
  for (const type of ['float16', 'bfloat16']) {
    const { tensors } = readSafetensors(await readFixture(`checkpoints/bert-${type}.safetensors`));
    const name = 'bert.embeddings.word_embeddings.weight';
    decoded.push([...decodeFloat32(name, tensors.get(name)!)]);
  }
  // One set of weights stored in two types: they agree to bfloat16's 8 significant bits.
  const [half, brain] = decoded as [number[], number[]];
  expect(half.some((value) => value !== 0)).toBe(true);
  for (const [i, value] of half.entries()) {
    expect(Math.abs(value - brain[i]!)).toBeLessThanOrEqual(2 ** -8 * Math.abs(value) + 1e-7);
  }

  const { tensors } = readSafetensors(await readFixture('checkpoints/bert-int64-buffers.safetensors'));
  const positions = tensors.get('bert.embeddings.position_ids')!;
  expect([...decodeInt32('position_ids', positions)]).toEqual(Array.from({ length: 20 }, (_, i) => i));
});
