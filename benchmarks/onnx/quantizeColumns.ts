/** A matrix in 8 bits, with a factor for each column. */
export interface QuantizedMatrix {
  /** [rows, columns], -127..127 */
  readonly values: Int8Array;
  /** [columns]: value times scale is the number that was there. */
  readonly scales: Float32Array;
}

/**
 * Symmetric 8-bit weights with a scale a column, as onnxruntime's `quantize_dynamic` makes them with `per_channel`.
 *
 * @param matrix [rows, columns], or [columns, rows] with `transposed`
 * @returns [rows, columns] in either case
 */
export function quantizeColumns(
  matrix: Float32Array,
  [rows, columns]: readonly [number, number],
  transposed = false,
): QuantizedMatrix {
  const [rowStride, columnStride] = transposed ? [1, rows] : [columns, 1];
  const scales = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const size = Math.abs(matrix[row * rowStride + column * columnStride]!);
      if (size > scales[column]!) scales[column] = size;
    }
  }
  for (let column = 0; column < columns; column++) scales[column] = scales[column]! / 127 || 1; // a column of zeros
  const values = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const number = matrix[row * rowStride + column * columnStride]!;
      values[row * columns + column] = Math.round(number / scales[column]!);
    }
  }
  return { values, scales };
}
