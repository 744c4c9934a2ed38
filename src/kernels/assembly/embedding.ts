// Rows of a table by their numbers. An id that is no row gives NaN: loud, and never memory of something else.
import { addTo } from './activations';
import { PANEL } from './matrixProduct';

/** Rows `begin` to `end` of y[i] = table[ids[i]]. */
export function embeddingLookup(
  begin: i32, end: i32, scratch: usize, rows: i32, size: i32, table: usize, ids: usize, y: usize,
): void {
  const rowBytes = <usize>size << 2;
  for (let i = begin; i < end; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    const target = y + <usize>i * rowBytes;
    if (id >= 0 && id < rows) {
      memory.copy(target, table + <usize>id * rowBytes, rowBytes);
    } else {
      for (let at: usize = 0; at < rowBytes; at += 4) store<f32>(target + at, NaN);
    }
  }
}

/** As `embeddingLookup`, from a table that is packed: rows of the table are columns of the panels. */
export function lookUpPacked(
  begin: i32, end: i32, scratch: usize, rows: i32, size: i32, panels: usize, ids: usize, y: usize,
): void {
  const rowBytes = <usize>size << 2;
  for (let i = begin; i < end; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    const target = y + <usize>i * rowBytes;
    const isRow = id >= 0 && id < rows;
    let from = panels + <usize>(id / PANEL) * (rowBytes * PANEL) + <usize>((id % PANEL) << 2);
    for (let at: usize = 0; at < rowBytes; at += 4) {
      store<f32>(target + at, isRow ? load<f32>(from) : NaN);
      from += PANEL << 2;
    }
  }
}

/** Columns that are added up at once. */
export const SCATTER_COLUMNS: i32 = 64;

/**
 * Blocks `begin` to `end` of SCATTER_COLUMNS columns of table[ids[i]] += dy[i], in the order of i. The table holds the
 * numbers that are added to. An id that is no row is left out.
 */
export function scatterAdd(
  begin: i32, end: i32, scratch: usize, count: i32, rows: i32, size: i32, dy: usize, ids: usize, table: usize,
): void {
  const rowBytes = <usize>size << 2;
  for (let block = begin; block < end; block++) {
    const column = block * SCATTER_COLUMNS;
    const width = min(size - column, SCATTER_COLUMNS);
    const at = <usize>column << 2;
    for (let i = 0; i < count; i++) {
      const id = load<i32>(ids + (<usize>i << 2));
      if (id < 0 || id >= rows) continue;
      addTo(width, dy + <usize>i * rowBytes + at, table + <usize>id * rowBytes + at);
    }
  }
}
