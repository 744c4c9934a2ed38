// Sums of columns, of rows, and of squares, each in an order of its own that no number of threads changes.
import { SUM_COLUMNS } from './norms';
import { loadTail, storeTail } from './vectorMath';

/** Blocks `begin` to `end` of SUM_COLUMNS columns of the sums over the rows of x [rows, columns]. */
export function columnSums(begin: i32, end: i32, scratch: usize, rows: i32, columns: i32, x: usize, y: usize): void {
  const rowBytes = <usize>columns << 2;
  for (let block = begin; block < end; block++) {
    const column = block * SUM_COLUMNS;
    const width = min(columns - column, SUM_COLUMNS);
    let from = x + (<usize>column << 2);
    const to = y + (<usize>column << 2);
    if (width == SUM_COLUMNS) {
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      for (let row = 0; row < rows; row++) {
        s0 = f32x4.add(s0, v128.load(from));
        s1 = f32x4.add(s1, v128.load(from, 16));
        s2 = f32x4.add(s2, v128.load(from, 32));
        s3 = f32x4.add(s3, v128.load(from, 48));
        from += rowBytes;
      }
      v128.store(to, s0);
      v128.store(to, s1, 16);
      v128.store(to, s2, 32);
      v128.store(to, s3, 48);
    } else {
      for (let i = 0; i < width; i += 4) {
        let sums = f32x4.splat(0);
        let at = from + (<usize>i << 2);
        for (let row = 0; row < rows; row++) {
          sums = f32x4.add(sums, width - i >= 4 ? v128.load(at) : loadTail(at, width - i, 0));
          at += rowBytes;
        }
        if (width - i >= 4) v128.store(to + (<usize>i << 2), sums);
        else storeTail(to + (<usize>i << 2), sums, width - i);
      }
    }
  }
}

/** Entries whose squares are summed at once. */
export const SQUARES_BLOCK: i32 = 4096;

/** Blocks `begin` to `end` of SQUARES_BLOCK entries: each one's sum of squares, in double precision. */
export function sumsOfSquares(begin: i32, end: i32, scratch: usize, count: i32, x: usize, sums: usize): void {
  for (let block = begin; block < end; block++) {
    let at = x + (<usize>block * SQUARES_BLOCK << 2);
    const entries = min(count - block * SQUARES_BLOCK, SQUARES_BLOCK);
    let low = f64x2.splat(0), high = low;
    let i = 0;
    for (; i + 4 <= entries; i += 4) {
      const x4 = v128.load(at);
      const a = f64x2.promote_low_f32x4(x4);
      const b = f64x2.promote_low_f32x4(v128.shuffle<i32>(x4, x4, 2, 3, 2, 3));
      low = f64x2.add(low, f64x2.mul(a, a));
      high = f64x2.add(high, f64x2.mul(b, b));
      at += 16;
    }
    const both = f64x2.add(low, high);
    let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
    for (; i < entries; i++) {
      const entry = <f64>load<f32>(at);
      sum += entry * entry;
      at += 4;
    }
    store<f64>(sums + (<usize>block << 3), sum);
  }
}
