/** A parameter's numbers. */
export interface Weight {
  /** Row-major. */
  readonly values: Float32Array;
  /** The outermost dimension first. */
  readonly shape: readonly number[];
}

/** Matrices [in, out], or vectors [out], joined along the last axis. */
export function sideBySide(weights: readonly Weight[]): Weight {
  const [first] = weights;
  if (weights.length === 1) return first!;
  const rows = first!.shape.length === 1 ? 1 : first!.shape[0]!;
  const widths = weights.map(({ shape }) => shape.at(-1)!);
  const width = widths.reduce((sum, columns) => sum + columns, 0);
  const values = new Float32Array(rows * width);
  let offset = 0;
  for (const [index, weight] of weights.entries()) {
    const columns = widths[index]!;
    for (let row = 0; row < rows; row++) {
      values.set(weight.values.subarray(row * columns, (row + 1) * columns), row * width + offset);
    }
    offset += columns;
  }
  return { values, shape: first!.shape.length === 1 ? [width] : [rows, width] };
}
