import { expect, test } from 'vitest';
import { quantizeColumns } from '../../benchmarks/onnx/quantizeColumns.js';

test('each column is scaled by its largest number, which becomes 127', () => {
  const { values, scales } = quantizeColumns(Float32Array.of(1, -5, 0.25, 20), [2, 2]);
  expect([...values]).toEqual([127, -32, 32, 127]);
  expect(scales[0]).toBeCloseTo(1 / 127);
  expect(scales[1]).toBeCloseTo(20 / 127);
});

test('a matrix that is stored transposed gives the same', () => {
  const matrix = Float32Array.of(1, 2, 3, -4, 5, -6); // [2, 3]
  const transposed = Float32Array.of(1, -4, 2, 5, 3, -6);
  expect(quantizeColumns(transposed, [2, 3], true)).toEqual(quantizeColumns(matrix, [2, 3]));
});

test('a column of zeros stays one', () => {
  expect([...quantizeColumns(new Float32Array(4), [2, 2]).values]).toEqual([0, 0, 0, 0]);
});
