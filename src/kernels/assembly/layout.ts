// Copies into another order of axes.
import { transposeCopy } from './matrixProduct';

/**
 * Slices `begin` to `end` of a batch of matrices [rows, columns], each copied to its transpose. A slice is a block of
 * TRANSPOSE_ROWS rows of one matrix.
 */
export function transposeMatrices(
  begin: i32, end: i32, scratch: usize, rows: i32, columns: i32, x: usize, y: usize,
): void {
  const blocks = (rows + TRANSPOSE_ROWS - 1) / TRANSPOSE_ROWS;
  const matrixBytes = <usize>rows * <usize>columns << 2;
  for (let item = begin; item < end; item++) {
    const matrix = <usize>(item / blocks) * matrixBytes;
    const row = (item % blocks) * TRANSPOSE_ROWS;
    transposeCopy(
      min(rows - row, TRANSPOSE_ROWS), columns, x + matrix + (<usize>row * <usize>columns << 2), <usize>columns << 2,
      y + matrix + (<usize>row << 2), <usize>rows << 2,
    );
  }
}

export const TRANSPOSE_ROWS: i32 = 32;

/** Rows `begin` to `end` of y [outer, b, a, size] from x [outer, a, b, size]: the two middle axes change places. */
export function swapMiddleAxes(
  begin: i32, end: i32, scratch: usize, a: i32, b: i32, size: i32, x: usize, y: usize,
): void {
  const rowBytes = <usize>size << 2;
  for (let row = begin; row < end; row++) {
    const outer = row / (a * b);
    const inOuter = row % (a * b);
    const ofB = inOuter / a;
    const ofA = inOuter % a;
    memory.copy(y + <usize>row * rowBytes, x + <usize>((outer * a + ofA) * b + ofB) * rowBytes, rowBytes);
  }
}

/**
 * Rows `begin` to `end` of a concatenation along an axis: y [outer, sum of lengths], each row one piece after the other.
 *
 * @param pieces for each piece its address and the bytes that a row has in it, as u32
 */
export function concatenate(
  begin: i32, end: i32, scratch: usize, numPieces: i32, rowBytes: usize, pieces: usize, y: usize,
): void {
  for (let row = begin; row < end; row++) {
    let target = y + <usize>row * rowBytes;
    for (let piece = 0; piece < numPieces; piece++) {
      const entry = pieces + <usize>(piece << 3);
      const bytes = <usize>load<u32>(entry, 4);
      memory.copy(target, <usize>load<u32>(entry) + <usize>row * bytes, bytes);
      target += bytes;
    }
  }
}
