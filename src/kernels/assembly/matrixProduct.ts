// The matrix product: C = A · B, with B packed in panels of 16 columns. The innermost loop keeps a tile of C, 2 rows of 16
// columns, in registers: eight accumulators, four vectors of B and one number of A are what 16 registers hold.
import { addTo, applyTo, NONE } from './activations';
import { multiplyAdd, sumLanes } from './vectorMath';

/** Columns of a panel and of a tile. */
export const PANEL: i32 = 16;
/** Rows of B that a pass covers: 16 columns of them, 24 kB, stay in the first-level cache. */
const PASS_DEPTH: i32 = 384;
/** Rows of A whose transposed block is copied at once: with PASS_DEPTH columns, 180 kB. */
export const BLOCK_ROWS: i32 = 120;
/** Floats between the rows of a copied block: no power of two, or rows would push each other out of the cache. */
const COPY_ROW: i32 = PASS_DEPTH + 16;
/** Scratch that `multiply` needs: the block of A, a tile, and a padded piece of the bias. Bytes. */
export const MULTIPLY_SCRATCH: i32 = (BLOCK_ROWS * COPY_ROW + 3 * PANEL) * 4;

/** Four rows of four floats, transposed, from `row` on with `stride` bytes between rows, to `out`, `outStride`. */
// @ts-ignore: decorator
@inline
function transposeSquare(row: usize, stride: usize, out: usize, outStride: usize): void {
  const a = v128.load(row);
  const b = v128.load(row + stride);
  const c = v128.load(row + 2 * stride);
  const d = v128.load(row + 3 * stride);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i32>(ab, cd, 0, 1, 4, 5));
  v128.store(out + outStride, v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
  v128.store(out + 2 * outStride, v128.shuffle<i32>(abHigh, cdHigh, 0, 1, 4, 5));
  v128.store(out + 3 * outStride, v128.shuffle<i32>(abHigh, cdHigh, 2, 3, 6, 7));
}

/** Copies [rows, columns] from `from` to its transpose [columns, rows]; strides in bytes between rows, entries adjacent. */
export function transposeCopy(rows: i32, columns: i32, from: usize, fromStride: usize, to: usize, toStride: usize): void {
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    let source = from + <usize>row * fromStride;
    let target = to + (<usize>row << 2);
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      transposeSquare(source, fromStride, target, toStride);
      source += 16;
      target += 4 * toStride;
    }
    for (; column < columns; column++) {
      for (let i: usize = 0; i < 4; i++) store<f32>(target + (i << 2), load<f32>(source + i * fromStride));
      source += 4;
      target += toStride;
    }
  }
  for (; row < rows; row++) {
    let source = from + <usize>row * fromStride;
    let target = to + (<usize>row << 2);
    for (let column = 0; column < columns; column++) {
      store<f32>(target, load<f32>(source));
      source += 4;
      target += toStride;
    }
  }
}

/** One panel of B, [depth, 16], from a B of any strides; columns that B does not have are 0. */
// @ts-ignore: decorator
@inline
function packPanel(b: usize, rowStride: usize, columnStride: usize, depth: i32, columns: i32, out: usize): void {
  if (columns == PANEL && columnStride == 4) {
    for (let k = 0; k < depth; k++) {
      v128.store(out, v128.load(b));
      v128.store(out, v128.load(b, 16), 16);
      v128.store(out, v128.load(b, 32), 32);
      v128.store(out, v128.load(b, 48), 48);
      b += rowStride;
      out += PANEL << 2;
    }
  } else if (columns == PANEL && rowStride == 4) {
    transposeCopy(PANEL, depth, b, columnStride, out, PANEL << 2);
  } else {
    for (let k = 0; k < depth; k++) {
      let entry = b;
      for (let column = 0; column < PANEL; column++) {
        store<f32>(out + (<usize>column << 2), column < columns ? load<f32>(entry) : 0);
        entry += columnStride;
      }
      b += rowStride;
      out += PANEL << 2;
    }
  }
}

/**
 * Packs panels `begin` to `end` of a batch of matrices B [depth, columns], strides in bytes, into
 * out [batch, ceil(columns / 16), depth, 16].
 */
export function packPanels(
  begin: i32, end: i32, scratch: usize,
  b: usize, rowStride: usize, columnStride: usize, batchStride: usize, depth: i32, columns: i32, out: usize,
): void {
  const panels = (columns + PANEL - 1) / PANEL;
  const panelBytes = <usize>(depth * PANEL) << 2;
  for (let panel = begin; panel < end; panel++) {
    const first = (panel % panels) * PANEL;
    packPanel(
      b + <usize>(panel / panels) * batchStride + <usize>first * columnStride,
      rowStride, columnStride, depth, min(columns - first, PANEL), out + <usize>panel * panelBytes,
    );
  }
}

/** The opposite of `packPanels` for panels `begin` to `end`: into out [depth, columns], strides in bytes. */
export function unpackPanels(
  begin: i32, end: i32, scratch: usize,
  panels: usize, rowStride: usize, columnStride: usize, depth: i32, columns: i32, out: usize,
): void {
  for (let panel = begin; panel < end; panel++) {
    const first = panel * PANEL;
    const width = min(columns - first, PANEL);
    let from = panels + (<usize>first * <usize>depth << 2);
    for (let k = 0; k < depth; k++) {
      let to = out + <usize>first * columnStride + <usize>k * rowStride;
      for (let column = 0; column < width; column++) {
        store<f32>(to, load<f32>(from + (<usize>column << 2)));
        to += columnStride;
      }
      from += PANEL << 2;
    }
  }
}

/**
 * A tile of C, 2 x 16: the sum over k of a[row][k] * panel[k]. A's entries are adjacent along k.
 *
 * The four steps of a turn stand apart in blocks of their own: V8 allocates registers block by block, and so keeps all
 * accumulators in them.
 */
function tileOfTwoRows(
  depth: i32, a: usize, aRow: usize, panel: usize, c: usize, cRow: usize, accumulate: bool, bias: usize,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00;
  let c10 = c00, c11 = c00, c12 = c00, c13 = c00;
  let below = a + aRow;
  while (true) {
    {
      const b0 = v128.load(panel), b1 = v128.load(panel, 16), b2 = v128.load(panel, 32), b3 = v128.load(panel, 48);
      const a0 = v128.load_splat<f32>(a);
      c00 = multiplyAdd(a0, b0, c00); c01 = multiplyAdd(a0, b1, c01);
      c02 = multiplyAdd(a0, b2, c02); c03 = multiplyAdd(a0, b3, c03);
      const a1 = v128.load_splat<f32>(below);
      c10 = multiplyAdd(a1, b0, c10); c11 = multiplyAdd(a1, b1, c11);
      c12 = multiplyAdd(a1, b2, c12); c13 = multiplyAdd(a1, b3, c13);
    }
    if (depth == 1) break;
    {
      const b0 = v128.load(panel, 64), b1 = v128.load(panel, 80), b2 = v128.load(panel, 96), b3 = v128.load(panel, 112);
      const a0 = v128.load_splat<f32>(a, 4);
      c00 = multiplyAdd(a0, b0, c00); c01 = multiplyAdd(a0, b1, c01);
      c02 = multiplyAdd(a0, b2, c02); c03 = multiplyAdd(a0, b3, c03);
      const a1 = v128.load_splat<f32>(below, 4);
      c10 = multiplyAdd(a1, b0, c10); c11 = multiplyAdd(a1, b1, c11);
      c12 = multiplyAdd(a1, b2, c12); c13 = multiplyAdd(a1, b3, c13);
    }
    if (depth == 2) break;
    {
      const b0 = v128.load(panel, 128), b1 = v128.load(panel, 144), b2 = v128.load(panel, 160), b3 = v128.load(panel, 176);
      const a0 = v128.load_splat<f32>(a, 8);
      c00 = multiplyAdd(a0, b0, c00); c01 = multiplyAdd(a0, b1, c01);
      c02 = multiplyAdd(a0, b2, c02); c03 = multiplyAdd(a0, b3, c03);
      const a1 = v128.load_splat<f32>(below, 8);
      c10 = multiplyAdd(a1, b0, c10); c11 = multiplyAdd(a1, b1, c11);
      c12 = multiplyAdd(a1, b2, c12); c13 = multiplyAdd(a1, b3, c13);
    }
    if (depth == 3) break;
    {
      const b0 = v128.load(panel, 192), b1 = v128.load(panel, 208), b2 = v128.load(panel, 224), b3 = v128.load(panel, 240);
      const a0 = v128.load_splat<f32>(a, 12);
      c00 = multiplyAdd(a0, b0, c00); c01 = multiplyAdd(a0, b1, c01);
      c02 = multiplyAdd(a0, b2, c02); c03 = multiplyAdd(a0, b3, c03);
      const a1 = v128.load_splat<f32>(below, 12);
      c10 = multiplyAdd(a1, b0, c10); c11 = multiplyAdd(a1, b1, c11);
      c12 = multiplyAdd(a1, b2, c12); c13 = multiplyAdd(a1, b3, c13);
    }
    depth -= 4;
    if (depth == 0) break;
    a += 16;
    below += 16;
    panel += 256;
  }
  if (bias) {
    const d0 = v128.load(bias), d1 = v128.load(bias, 16), d2 = v128.load(bias, 32), d3 = v128.load(bias, 48);
    c00 = f32x4.add(c00, d0); c01 = f32x4.add(c01, d1); c02 = f32x4.add(c02, d2); c03 = f32x4.add(c03, d3);
    c10 = f32x4.add(c10, d0); c11 = f32x4.add(c11, d1); c12 = f32x4.add(c12, d2); c13 = f32x4.add(c13, d3);
  }
  const d = c + cRow;
  if (accumulate) {
    v128.store(c, f32x4.add(c00, v128.load(c))); v128.store(c, f32x4.add(c01, v128.load(c, 16)), 16);
    v128.store(c, f32x4.add(c02, v128.load(c, 32)), 32); v128.store(c, f32x4.add(c03, v128.load(c, 48)), 48);
    v128.store(d, f32x4.add(c10, v128.load(d))); v128.store(d, f32x4.add(c11, v128.load(d, 16)), 16);
    v128.store(d, f32x4.add(c12, v128.load(d, 32)), 32); v128.store(d, f32x4.add(c13, v128.load(d, 48)), 48);
  } else {
    v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32); v128.store(c, c03, 48);
    v128.store(d, c10); v128.store(d, c11, 16); v128.store(d, c12, 32); v128.store(d, c13, 48);
  }
}

/** A tile of C, 1 x 16. */
function tileOfOneRow(depth: i32, a: usize, panel: usize, c: usize, accumulate: bool, bias: usize): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  let odd0 = c0, odd1 = c0, odd2 = c0, odd3 = c0;
  while (true) {
    const a0 = v128.load_splat<f32>(a);
    c0 = multiplyAdd(a0, v128.load(panel), c0); c1 = multiplyAdd(a0, v128.load(panel, 16), c1);
    c2 = multiplyAdd(a0, v128.load(panel, 32), c2); c3 = multiplyAdd(a0, v128.load(panel, 48), c3);
    if (depth == 1) break;
    const a1 = v128.load_splat<f32>(a, 4);
    odd0 = multiplyAdd(a1, v128.load(panel, 64), odd0); odd1 = multiplyAdd(a1, v128.load(panel, 80), odd1);
    odd2 = multiplyAdd(a1, v128.load(panel, 96), odd2); odd3 = multiplyAdd(a1, v128.load(panel, 112), odd3);
    depth -= 2;
    if (depth == 0) break;
    a += 8;
    panel += 128;
  }
  c0 = f32x4.add(c0, odd0); c1 = f32x4.add(c1, odd1); c2 = f32x4.add(c2, odd2); c3 = f32x4.add(c3, odd3);
  if (bias) {
    c0 = f32x4.add(c0, v128.load(bias)); c1 = f32x4.add(c1, v128.load(bias, 16));
    c2 = f32x4.add(c2, v128.load(bias, 32)); c3 = f32x4.add(c3, v128.load(bias, 48));
  }
  if (accumulate) {
    c0 = f32x4.add(c0, v128.load(c)); c1 = f32x4.add(c1, v128.load(c, 16));
    c2 = f32x4.add(c2, v128.load(c, 32)); c3 = f32x4.add(c3, v128.load(c, 48));
  }
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48);
}

/** Adds or copies the first `columns` of a tile's row to C. */
// @ts-ignore: decorator
@inline
function storePart(tile: usize, c: usize, columns: i32, accumulate: bool): void {
  for (let column = 0; column < columns; column++) {
    const at = <usize>column << 2;
    store<f32>(c + at, accumulate ? load<f32>(c + at) + load<f32>(tile + at) : load<f32>(tile + at));
  }
}

/**
 * A block of a product: C[rows, columns] (+)= A[rows, depth] · B[depth, columns] + bias.
 *
 * @param aRow bytes between A's rows, aColumn between entries of a row (4, or else A lies transposed: aRow is 4)
 * @param panels B, packed; the first of the panels that the columns lie in
 * @param panelDepth rows of B that each panel has, at least `depth`
 * @param bias [columns], or 0
 * @param accumulate whether C's numbers are added to
 * @param scratch MULTIPLY_SCRATCH bytes
 */
export function multiply(
  rows: i32, columns: i32, depth: i32,
  a: usize, aRow: usize, aColumn: usize, panels: usize, panelDepth: i32, c: usize, cRow: usize,
  bias: usize, accumulate: bool, scratch: usize,
): void {
  const tile = scratch + <usize>(BLOCK_ROWS * COPY_ROW << 2);
  const paddedBias = tile + (2 * PANEL << 2);
  // Rows that lie as they are needed go by together, so that B is read once.
  const blockSize = aColumn == 4 ? rows : BLOCK_ROWS;
  if (depth == 0 && !accumulate) clear(rows, columns, c, cRow, bias);
  for (let pass = 0; pass < depth; pass += PASS_DEPTH) {
    const passDepth = min(depth - pass, PASS_DEPTH);
    const add = accumulate || pass > 0;
    const last = pass + passDepth == depth;
    for (let block = 0; block < rows; block += blockSize) {
      const blockRows = min(rows - block, blockSize);
      let rowsOfA = a + <usize>block * aRow + <usize>pass * aColumn;
      let rowStride = aRow;
      if (aColumn != 4) {
        transposeCopy(passDepth, blockRows, rowsOfA, aColumn, scratch, <usize>COPY_ROW << 2);
        rowsOfA = scratch;
        rowStride = <usize>COPY_ROW << 2;
      }
      for (let column = 0; column < columns; column += PANEL) {
        const width = min(columns - column, PANEL);
        const panel = panels + (<usize>column * <usize>panelDepth << 2) + <usize>(pass * PANEL << 2);
        let tileBias: usize = 0;
        if (bias && last) {
          tileBias = bias + (<usize>column << 2);
          if (width < PANEL) {
            memory.copy(paddedBias, tileBias, <usize>width << 2);
            tileBias = paddedBias;
          }
        }
        let ofA = rowsOfA;
        let ofC = c + <usize>block * cRow + (<usize>column << 2);
        let row = 0;
        if (width == PANEL) {
          for (; row + 2 <= blockRows; row += 2) {
            tileOfTwoRows(passDepth, ofA, rowStride, panel, ofC, cRow, add, tileBias);
            ofA += 2 * rowStride;
            ofC += 2 * cRow;
          }
          if (row < blockRows) tileOfOneRow(passDepth, ofA, panel, ofC, add, tileBias);
        } else {
          for (; row + 2 <= blockRows; row += 2) {
            tileOfTwoRows(passDepth, ofA, rowStride, panel, tile, PANEL << 2, false, tileBias);
            storePart(tile, ofC, width, add);
            storePart(tile + (PANEL << 2), ofC + cRow, width, add);
            ofA += 2 * rowStride;
            ofC += 2 * cRow;
          }
          if (row < blockRows) {
            tileOfOneRow(passDepth, ofA, panel, tile, false, tileBias);
            storePart(tile, ofC, width, add);
          }
        }
      }
    }
  }
}

/** What a sum over nothing leaves: the bias, or 0. */
function clear(rows: i32, columns: i32, c: usize, cRow: usize, bias: usize): void {
  for (let row = 0; row < rows; row++) {
    if (bias) memory.copy(c, bias, <usize>columns << 2);
    else memory.fill(c, 0, <usize>columns << 2);
    c += cRow;
  }
}

/**
 * Tiles `begin` to `end` of a batch of products C = f(A · B + bias + residual). A tile is a block of rows times a block
 * of panels of one product of the batch; which thread makes it changes nothing in it.
 *
 * Strides between rows, entries of a row and products are in bytes; 0 between products repeats one.
 *
 * @param rowBlocks how many blocks of rowsPerBlock rows a product has, and so on for panels
 * @param bias [columns], or 0
 * @param kind of the activation f
 * @param residual of C's layout, or 0
 */
export function multiplyTiles(
  begin: i32, end: i32, scratch: usize,
  rowBlocks: i32, panelBlocks: i32, rowsPerBlock: i32, panelsPerBlock: i32,
  rows: i32, columns: i32, depth: i32,
  a: usize, aRow: usize, aColumn: usize, aBatch: usize, panels: usize, panelBatch: usize,
  c: usize, cRow: usize, cBatch: usize, bias: usize, kind: i32, residual: usize,
): void {
  const tilesPerProduct = rowBlocks * panelBlocks;
  for (let tile = begin; tile < end; tile++) {
    const batch = <usize>(tile / tilesPerProduct);
    const inProduct = tile % tilesPerProduct;
    const row = (inProduct / panelBlocks) * rowsPerBlock;
    const panel = (inProduct % panelBlocks) * panelsPerBlock;
    const column = panel * PANEL;
    const tileRows = min(rows - row, rowsPerBlock);
    const tileColumns = min(columns - column, panelsPerBlock * PANEL);
    const offset = batch * cBatch + <usize>row * cRow + (<usize>column << 2);
    multiply(
      tileRows, tileColumns, depth,
      a + batch * aBatch + <usize>row * aRow, aRow, aColumn,
      panels + batch * panelBatch + (<usize>column * <usize>depth << 2), depth, c + offset, cRow,
      bias ? bias + (<usize>column << 2) : 0, false, scratch,
    );
    finish(tileRows, tileColumns, c + offset, cRow, kind, residual ? residual + offset : 0);
  }
}

/** What follows a product while it is in the cache: the residual, then the activation. */
function finish(rows: i32, columns: i32, c: usize, cRow: usize, kind: i32, residual: usize): void {
  if (!residual && kind == NONE) return;
  for (let row = 0; row < rows; row++) {
    if (residual) {
      addTo(columns, residual, c);
      residual += cRow;
    }
    if (kind != NONE) applyTo(kind, columns, c, c);
    c += cRow;
  }
}

/**
 * Blocks `begin` to `end` of `blockColumns` columns of C = f(A · B + bias + residual) for an A of few rows and a B that lies
 * row by row: each number of B is read once, where it lies.
 *
 * @param blockColumns few enough for a row of them to stay in the first-level cache
 */
export function multiplyFewRows(
  begin: i32, end: i32, scratch: usize,
  rows: i32, columns: i32, depth: i32, a: usize, b: usize, c: usize, bias: usize, kind: i32, residual: usize,
  blockColumns: i32,
): void {
  const rowBytes = <usize>columns << 2;
  for (let block = begin; block < end; block++) {
    const column = block * blockColumns;
    const width = min(columns - column, blockColumns);
    const at = <usize>column << 2;
    for (let row = 0; row < rows; row++) {
      const target = c + <usize>row * rowBytes + at;
      if (bias) memory.copy(target, bias + at, <usize>width << 2);
      else memory.fill(target, 0, <usize>width << 2);
    }
    let k = 0;
    for (; k + 8 <= depth; k += 8) {
      const b0 = b + <usize>k * rowBytes + at;
      for (let row = 0; row < rows; row++) {
        addEightRows(width, a + (<usize>(row * depth + k) << 2), b0, rowBytes, c + <usize>row * rowBytes + at);
      }
    }
    for (; k < depth; k++) {
      const b0 = b + <usize>k * rowBytes + at;
      for (let row = 0; row < rows; row++) {
        addRow(width, load<f32>(a + (<usize>(row * depth + k) << 2)), b0, c + <usize>row * rowBytes + at);
      }
    }
    finish(rows, width, c + at, rowBytes, kind, residual ? residual + at : 0);
  }
}

/** c += a[0] b[0] + ... + a[7] b[7], rows of `width`: eight streams keep the memory busy. */
function addEightRows(width: i32, a: usize, b: usize, bRow: usize, c: usize): void {
  const a0 = v128.load_splat<f32>(a), a1 = v128.load_splat<f32>(a, 4);
  const a2 = v128.load_splat<f32>(a, 8), a3 = v128.load_splat<f32>(a, 12);
  const a4 = v128.load_splat<f32>(a, 16), a5 = v128.load_splat<f32>(a, 20);
  const a6 = v128.load_splat<f32>(a, 24), a7 = v128.load_splat<f32>(a, 28);
  const twoRows = 2 * bRow, threeRows = 3 * bRow;
  let middle = b + 4 * bRow;
  let column = 0;
  for (; column + 4 <= width; column += 4) {
    let even = multiplyAdd(a0, v128.load(b), v128.load(c));
    let odd = f32x4.mul(a1, v128.load(b + bRow));
    even = multiplyAdd(a2, v128.load(b + twoRows), even);
    odd = multiplyAdd(a3, v128.load(b + threeRows), odd);
    even = multiplyAdd(a4, v128.load(middle), even);
    odd = multiplyAdd(a5, v128.load(middle + bRow), odd);
    even = multiplyAdd(a6, v128.load(middle + twoRows), even);
    odd = multiplyAdd(a7, v128.load(middle + threeRows), odd);
    v128.store(c, f32x4.add(even, odd));
    b += 16; middle += 16; c += 16;
  }
  for (; column < width; column++) {
    let sum = load<f32>(c);
    for (let i: usize = 0; i < 8; i++) sum += load<f32>(a + (i << 2)) * load<f32>(b + i * bRow);
    store<f32>(c, sum);
    b += 4; c += 4;
  }
}

/** c += a b, rows of `width`. */
function addRow(width: i32, a: f32, b: usize, c: usize): void {
  const factor = f32x4.splat(a);
  let column = 0;
  for (; column + 4 <= width; column += 4) {
    v128.store(c, multiplyAdd(factor, v128.load(b), v128.load(c)));
    b += 16;
    c += 16;
  }
  for (; column < width; column++) {
    store<f32>(c, load<f32>(c) + a * load<f32>(b));
    b += 4;
    c += 4;
  }
}

/**
 * Columns `begin` to `end` of C = f(A · Bᵀ + bias + residual) for an A of few rows and a B [columns, depth]: one inner
 * product a number.
 */
export function multiplyFewRowsTransposed(
  begin: i32, end: i32, scratch: usize,
  rows: i32, columns: i32, depth: i32, a: usize, b: usize, c: usize, bias: usize, kind: i32, residual: usize,
): void {
  const depthBytes = <usize>depth << 2;
  const rowBytes = <usize>columns << 2;
  for (let column = begin; column < end; column++) {
    const at = <usize>column << 2;
    for (let row = 0; row < rows; row++) {
      const sum = innerProduct(depth, a + <usize>row * depthBytes, b + <usize>column * depthBytes);
      store<f32>(c + <usize>row * rowBytes + at, bias ? sum + load<f32>(bias + at) : sum);
    }
  }
  const at = <usize>begin << 2;
  finish(rows, end - begin, c + at, rowBytes, kind, residual ? residual + at : 0);
}

/** The sum of x[i] y[i]. */
export function innerProduct(count: i32, x: usize, y: usize): f32 {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  let i = 0;
  for (; i + 16 <= count; i += 16) {
    s0 = multiplyAdd(v128.load(x), v128.load(y), s0);
    s1 = multiplyAdd(v128.load(x, 16), v128.load(y, 16), s1);
    s2 = multiplyAdd(v128.load(x, 32), v128.load(y, 32), s2);
    s3 = multiplyAdd(v128.load(x, 48), v128.load(y, 48), s3);
    x += 64;
    y += 64;
  }
  for (; i + 4 <= count; i += 4) {
    s0 = multiplyAdd(v128.load(x), v128.load(y), s0);
    x += 16;
    y += 16;
  }
  let sum = sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (; i < count; i++) {
    sum += load<f32>(x) * load<f32>(y);
    x += 4;
    y += 4;
  }
  return sum;
}

/** Panels `begin` to `end` of C = f(A · B + bias + residual) for an A of few rows and a packed B. */
export function multiplyFewRowsPacked(
  begin: i32, end: i32, scratch: usize,
  rows: i32, columns: i32, depth: i32, a: usize, panels: usize, c: usize, bias: usize, kind: i32, residual: usize,
): void {
  const rowBytes = <usize>columns << 2;
  for (let panel = begin; panel < end; panel++) {
    const column = panel * PANEL;
    const at = <usize>column << 2;
    const width = min(columns - column, PANEL);
    const from = panels + (<usize>column * <usize>depth << 2);
    for (let row = 0; row < rows; row++) {
      const ofA = a + (<usize>row * <usize>depth << 2);
      const ofC = c + <usize>row * rowBytes + at;
      if (width == PANEL) {
        tileOfOneRow(depth, ofA, from, ofC, false, bias ? bias + at : 0);
      } else {
        tileOfOneRow(depth, ofA, from, scratch, false, 0);
        storePart(scratch, ofC, width, false);
        if (bias) addTo(width, bias + at, ofC);
      }
    }
    finish(rows, width, c + at, rowBytes, kind, residual ? residual + at : 0);
  }
}
