import { expect, test } from 'vitest';
import { bytes, float, integer, message, type Pieces, text } from '../../benchmarks/onnx/protobuf.js';

const hex = (pieces: Pieces) => pieces.map((piece) => Buffer.from(piece).toString('hex')).join('');

test('whole numbers, texts and messages are written as in the examples of protobuf', () => {
  // https://protobuf.dev/programming-guides/encoding/
  expect(hex(integer(1, 150))).toBe('089601');
  expect(hex(text(2, 'testing'))).toBe('120774657374696e67');
  expect(hex(message(3, integer(1, 150)))).toBe('1a03089601');
});

test('a negative number takes ten bytes, as an int64 does', () => {
  expect(hex(integer(1, -2))).toBe('08feffffffffffffffff01');
});

test('a field number above 15 takes two bytes', () => {
  expect(hex(integer(20, 7))).toBe('a00107');
});

test('a float is four bytes, the lowest first', () => {
  expect(hex(float(2, 1))).toBe('150000803f');
});

test('the bytes of a tensor are not copied', () => {
  const data = new Uint8Array([1, 2, 3]);
  const pieces = message(7, bytes(9, data));
  expect(pieces.at(-1)).toBe(data);
  expect(hex(pieces)).toBe('3a054a03010203');
});
