// Matrix products, on the way that suits their shape.
import type { KernelRuntime } from './kernelRuntime.js';

/** Columns of a packed panel, and rows of a transposed A that are copied at once: as in the assembly. */
export const PANEL = 16;
const BLOCK_ROWS = 120;
/** Rows of any other A in a tile at most: what a pass takes of them, 384 kB, stays in the second-level cache. */
const MOST_ROWS = 256;
/** Bytes that a thread needs to multiply: a block of A, a tile of C, a piece of the bias. As in the assembly. */
const MULTIPLY_SCRATCH = (BLOCK_ROWS * 400 + 3 * PANEL) * 4;
/** Columns that are made at once where A has few rows: 16 kB of a row of C. */
const MOST_COLUMNS_AT_ONCE = 4096;
/** Up to this many rows B is read where it lies: packing it would cost as much as it saves. */
const FEW_ROWS = 3;
/** A product is cut into about so many tiles for each thread at most. */
const TILES_PER_THREAD = 4;
/** What it costs a tile to take a row of A, and to copy one of a transposed A: so many panels of products with it. */
const COPYING = 0.2;
const COPYING_TRANSPOSED = 1;
/** A product of fewer multiplications than this is not cut for the sake of threads. */
const LEAST_SHARED = 2 ** 19;

/** Functions that can follow a product, by their numbers in the assembly. */
export const ACTIVATIONS = { none: 0, relu: 1, gelu: 2, geluTanh: 3, silu: 4 } as const;

/** The name of a function that can follow a product. */
export type ProductActivation = keyof typeof ACTIVATIONS;

/** Matrices on the heap, one or one for each product of a batch. Bytes. */
export interface HeapMatrix {
  /** Of the first number. */
  readonly address: number;
  /** Between rows; 4 if columns are adjacent instead. */
  readonly row: number;
  /** Between entries of a row. */
  readonly column: number;
  /** Between matrices; 0 = the same one for every product. */
  readonly batch: number;
}

/** A batch of products, C = f(A · B + bias + residual). */
export interface Product {
  /** How many; 1 by default. */
  readonly batch?: number;
  readonly rows: number;
  readonly columns: number;
  /** Columns of A, rows of B. */
  readonly depth: number;
  readonly a: HeapMatrix;
  readonly b: HeapMatrix;
  /** Where C goes, row after row, product after product. */
  readonly c: number;
  /** The address of [columns], or 0. */
  readonly bias?: number | undefined;
  /** The address of numbers laid out as C, or 0. */
  readonly residual?: number | undefined;
  /** What is applied to each number at the end. */
  readonly activation?: ProductActivation;
}

/** A matrix [rows, columns] that lies row by row, or the transpose of one that does: then it is [columns, rows]. */
export function matrixAt(address: number, columns: number, transposed = false, batch = 0): HeapMatrix {
  return transposed ? { address, row: 4, column: 4 * columns, batch } : { address, row: 4 * columns, column: 4, batch };
}

/** Computes a batch of products. */
export function multiply(runtime: KernelRuntime, product: Product): void {
  const { batch = 1, rows, columns, depth, a, b } = product;
  if (batch * rows * columns === 0) return;
  if (rows <= FEW_ROWS && batch === 1 && depth > 0 && (a.column === 4 || rows === 1 || depth === 1)) {
    const byRows = b.column === 4 && (b.row === 4 * columns || depth === 1);
    if (byRows || (b.row === 4 && b.column === 4 * depth)) {
      multiplyFewRows(runtime, product, byRows);
      return;
    }
  }
  const matrices = b.batch === 0 ? 1 : batch;
  const panels = Math.ceil(columns / PANEL);
  runtime.borrow(4 * matrices * panels * PANEL * depth, (packed) => {
    runtime.run('packPanels', matrices * panels, [b.address, b.row, b.column, b.batch, depth, columns, packed]);
    multiplyPacked(runtime, product, { address: packed, batch: b.batch === 0 ? 0 : 4 * panels * PANEL * depth });
  });
}

/**
 * Computes products with a B that is packed already, and need not have an address of its own.
 *
 * @param panels [batch or 1, ceil(columns / 16), depth, 16]; bytes between the products' panels, or 0
 */
export function multiplyPacked(
  runtime: KernelRuntime,
  product: Omit<Product, 'b'>,
  panels: { readonly address: number; readonly batch: number },
): void {
  const { batch = 1, rows, columns, depth, a, c, bias = 0, residual = 0, activation = 'none' } = product;
  const numPanels = Math.ceil(columns / PANEL);
  const threads = threadsFor(runtime, batch * rows * columns * depth);
  const { rowsPerTile, panelsPerTile } = tilesFor(threads, batch, rows, numPanels, a.column !== 4);
  const rowBlocks = Math.ceil(rows / rowsPerTile);
  const panelBlocks = Math.ceil(numPanels / panelsPerTile);
  runtime.run(
    'multiplyTiles',
    batch * rowBlocks * panelBlocks,
    [
      ...[rowBlocks, panelBlocks, rowsPerTile, panelsPerTile, rows, columns, depth],
      ...[a.address, a.row, a.column, a.batch, panels.address, panels.batch],
      ...[c, 4 * columns, 4 * columns * rows, bias, ACTIVATIONS[activation], residual],
    ],
    MULTIPLY_SCRATCH,
  );
}

/**
 * What a tile covers: the split that has all threads done soonest, if each does as many tiles as the others. A tile costs
 * its products, and copying its rows of a transposed A. (Tiles have an even number of rows: which rows are computed in
 * pairs shall not depend on the threads.)
 */
function tilesFor(threads: number, batch: number, rows: number, numPanels: number, transposed: boolean) {
  const fewest = Math.ceil(rows / (transposed ? BLOCK_ROWS : MOST_ROWS));
  const copying = transposed ? COPYING_TRANSPOSED : COPYING;
  let best = { rowsPerTile: evenShare(rows, fewest), panelsPerTile: numPanels };
  if (threads === 1) return best;
  let shortest = Number.POSITIVE_INFINITY;
  for (let rowBlocks = fewest; rowBlocks < fewest + threads; rowBlocks++) {
    const rowsPerTile = evenShare(rows, rowBlocks);
    const mostBlocks = Math.ceil((TILES_PER_THREAD * threads) / (batch * rowBlocks));
    for (let panelBlocks = 1; panelBlocks <= Math.min(mostBlocks, numPanels); panelBlocks++) {
      const panelsPerTile = Math.ceil(numPanels / panelBlocks);
      const tiles = batch * Math.ceil(rows / rowsPerTile) * Math.ceil(numPanels / panelsPerTile);
      const time = Math.ceil(tiles / threads) * rowsPerTile * (panelsPerTile + copying);
      if (time < shortest) [best, shortest] = [{ rowsPerTile, panelsPerTile }, time];
    }
  }
  return best;
}

/** Rows in each of so many blocks, an even number. */
function evenShare(rows: number, blocks: number): number {
  return 2 * Math.ceil(rows / blocks / 2);
}

/** Few rows of A: B is read once, where it lies, row by row or else column by column. */
function multiplyFewRows(runtime: KernelRuntime, product: Product, byRows: boolean): void {
  const { rows, columns, depth, a, b, c, bias = 0, residual = 0, activation = 'none' } = product;
  const settings = [rows, columns, depth, a.address, b.address, c, bias, ACTIVATIONS[activation], residual];
  if (!byRows) {
    runtime.run('multiplyFewRowsTransposed', columns, settings);
    return;
  }
  const perThread = Math.ceil(columns / threadsFor(runtime, rows * columns * depth) / PANEL) * PANEL;
  const blockColumns = Math.min(perThread, MOST_COLUMNS_AT_ONCE);
  runtime.run('multiplyFewRows', Math.ceil(columns / blockColumns), [...settings, blockColumns]);
}

/** How many threads a product should be cut for. */
function threadsFor(runtime: KernelRuntime, multiplications: number): number {
  return multiplications < LEAST_SHARED ? 1 : runtime.threads;
}
