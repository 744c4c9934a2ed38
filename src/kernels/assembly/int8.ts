// Products with weights of a byte each. A row of activations is rounded to whole numbers too, so finely that the sums of
// products just fit 32 bits: they are exact, and a row's result is the same however many rows go with it.
//
// Weights lie in panels of four outputs: [steps, 4 outputs, 16 inputs] bytes, two's complement. Outputs and inputs that a
// matrix does not have are zeros.
import { applyTo, NONE } from './activations';
import { largestLane, loadTail, storeTail } from './vectorMath';

/** Outputs of a panel. */
const OUTPUTS: i32 = 4;
/** Inputs of a step. */
const STEP: i32 = 16;
/** Bytes of a panel's step. */
const STEP_BYTES: i32 = OUTPUTS * STEP;
/** A row whose largest number is smaller counts as zeros: its scale would have no inverse. */
const TINY: f32 = 1e-30;
/** From this many rows on, a panel's weights are widened to 16 bits once for all of them. */
const ROWS_THAT_REPAY_WIDENING: i32 = 4;

/** x · factor, rounded to whole numbers of 16 bits. */
// @ts-ignore: decorator
@inline
function round8(low: v128, high: v128, factor: v128): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(low, factor))),
    i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(high, factor))),
  );
}

/** Four floats of which `count` are there, the others being 0. */
function loadUpTo4(pointer: usize, count: i32): v128 {
  if (count >= 4) return v128.load(pointer);
  return count > 0 ? loadTail(pointer, count, 0) : f32x4.splat(0);
}

/**
 * Rows `begin` to `end` of x [rows, size] as codes: x ~ scale * code, the largest of a row being ±`most`.
 *
 * @param codes [rows, steps * 16], 16 bits each, zeros behind `size`
 * @param scales [rows]; NaN for a row that holds NaN or an infinity
 */
export function roundActivations(
  begin: i32, end: i32, scratch: usize, size: i32, most: f32, x: usize, codes: usize, scales: usize,
): void {
  const padded = (size + STEP - 1) & -STEP;
  for (let row = begin; row < end; row++) {
    const from = x + (<usize>row * <usize>size << 2);
    const to = codes + (<usize>row * <usize>padded << 1);
    let largest4 = f32x4.splat(0);
    let i = 0;
    for (; i + 4 <= size; i += 4) largest4 = f32x4.max(largest4, f32x4.abs(v128.load(from + (<usize>i << 2))));
    if (i < size) largest4 = f32x4.max(largest4, f32x4.abs(loadTail(from + (<usize>i << 2), size - i, 0)));
    const largest = largestLane(largest4);
    const isZero = largest < TINY;
    // NaN is not below Infinity either.
    store<f32>(scales + (<usize>row << 2), largest < Infinity ? (isZero ? 0 : largest / most) : NaN);
    const factor = f32x4.splat(isZero ? 0 : most / largest);
    i = 0;
    for (; i + 8 <= size; i += 8) {
      const at = from + (<usize>i << 2);
      v128.store(to + (<usize>i << 1), round8(v128.load(at), v128.load(at, 16), factor));
    }
    for (; i < padded; i += 8) {
      const at = from + (<usize>i << 2);
      v128.store(to + (<usize>i << 1), round8(loadUpTo4(at, size - i), loadUpTo4(at + 16, size - i - 4), factor));
    }
  }
}

/** Whether `roundActivationsCoarsely` may store bytes: the engine has products of bytes. */
export function multipliesBytes(): bool {
  return ASC_FEATURE_RELAXED_SIMD;
}

/** The most that a coarse code may be: products of bytes take one factor of 7 bits. */
const COARSE_LEVELS: f32 = 127;

/**
 * As `roundActivations`, to 7 bits: x ~ scale * (code - zero), from the smallest number of a row, or 0, to its largest.
 *
 * @param asBytes whether codes are stored as [rows, steps * 16] bytes; otherwise code - zero is, with 16 bits
 * @param zeros [rows], the code of 0
 */
export function roundActivationsCoarsely(
  begin: i32, end: i32, scratch: usize, size: i32, asBytes: bool, x: usize, codes: usize, scales: usize, zeros: usize,
): void {
  const padded = (size + STEP - 1) & -STEP;
  for (let row = begin; row < end; row++) {
    const from = x + (<usize>row * <usize>size << 2);
    let low4 = f32x4.splat(0), high4 = low4;
    for (let i = 0; i < size; i += 4) {
      const x4 = loadUpTo4(from + (<usize>i << 2), size - i);
      low4 = f32x4.min(low4, x4);
      high4 = f32x4.max(high4, x4);
    }
    const low = -largestLane(f32x4.neg(low4));
    const range = largestLane(high4) - low;
    const isZero = range < TINY;
    const inverse: f32 = isZero ? 0 : COARSE_LEVELS / range;
    const isFinite = range < Infinity;
    const zero: i32 = isFinite ? <i32>nearest<f32>(-low * inverse) : 0;
    store<f32>(scales + (<usize>row << 2), isFinite ? (isZero ? 0 : range / COARSE_LEVELS) : NaN);
    store<i32>(zeros + (<usize>row << 2), zero);
    const factor = f32x4.splat(inverse);
    const zero8 = i16x8.splat(<i16>zero);
    for (let i = 0; i < padded; i += 8) {
      const at = from + (<usize>i << 2);
      const rounded = round8(loadUpTo4(at, size - i), loadUpTo4(at + 16, size - i - 4), factor);
      // The sum of two roundings may be one beyond the ends.
      const code = i16x8.min_s(i16x8.max_s(i16x8.add(rounded, zero8), i16x8.splat(0)), i16x8.splat(127));
      if (asBytes) {
        v128.store64_lane(codes + <usize>row * <usize>padded + <usize>i, i8x16.narrow_i16x8_u(code, code), 0);
      } else {
        v128.store(codes + ((<usize>row * <usize>padded + <usize>i) << 1), i16x8.sub(code, zero8));
      }
    }
  }
}

/** The sums of the four lanes of each of four vectors. */
// @ts-ignore: decorator
@inline
function sumsOfLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/** sums + the products of eight weights of a byte each and eight codes. */
// @ts-ignore: decorator
@inline
function addProducts(sums: v128, weights: usize, codes: v128): v128 {
  return i32x4.add(sums, i32x4.dot_i16x8_s(v128.load_ext<i8>(weights), codes));
}

/** One row of codes times a panel as it lies: its four sums. */
function sumsOfOneRow(steps: i32, row: usize, panel: usize): v128 {
  let c0 = i32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  for (let step = 0; step < steps; step++) {
    const low = v128.load(row), high = v128.load(row, 16);
    c0 = addProducts(addProducts(c0, panel, low), panel + 8, high);
    c1 = addProducts(addProducts(c1, panel + 16, low), panel + 24, high);
    c2 = addProducts(addProducts(c2, panel + 32, low), panel + 40, high);
    c3 = addProducts(addProducts(c3, panel + 48, low), panel + 56, high);
    row += 2 * STEP;
    panel += STEP_BYTES;
  }
  return sumsOfLanes(c0, c1, c2, c3);
}

/** `bytes` bytes, a multiple of 16, as numbers of 16 bits. */
function widen(bytes: i32, from: usize, to: usize): void {
  for (let i = 0; i < bytes; i += 16) {
    const weights = v128.load(from);
    v128.store(to, i16x8.extend_low_i8x16_s(weights));
    v128.store(to, i16x8.extend_high_i8x16_s(weights), 16);
    from += 16;
    to += 32;
  }
}

/**
 * Two rows of codes times a widened panel: their sums, four each, go to `sums`.
 *
 * A step is two halves, which stand apart in blocks of their own (that a step ends after one of them never happens): V8
 * allocates registers block by block, and so keeps all sums in them.
 */
function sumsOfTwoRows(halves: i32, row: usize, below: usize, panel: usize, sums: usize): void {
  let c0 = i32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  let d0 = c0, d1 = c0, d2 = c0, d3 = c0;
  while (halves > 0) {
    {
      const a = v128.load(row), b = v128.load(below);
      const w0 = v128.load(panel);
      c0 = i32x4.add(c0, i32x4.dot_i16x8_s(w0, a)); d0 = i32x4.add(d0, i32x4.dot_i16x8_s(w0, b));
      const w1 = v128.load(panel, 32);
      c1 = i32x4.add(c1, i32x4.dot_i16x8_s(w1, a)); d1 = i32x4.add(d1, i32x4.dot_i16x8_s(w1, b));
      const w2 = v128.load(panel, 64);
      c2 = i32x4.add(c2, i32x4.dot_i16x8_s(w2, a)); d2 = i32x4.add(d2, i32x4.dot_i16x8_s(w2, b));
      const w3 = v128.load(panel, 96);
      c3 = i32x4.add(c3, i32x4.dot_i16x8_s(w3, a)); d3 = i32x4.add(d3, i32x4.dot_i16x8_s(w3, b));
    }
    if (halves == 1) break;
    {
      const a = v128.load(row, 16), b = v128.load(below, 16);
      const w0 = v128.load(panel, 16);
      c0 = i32x4.add(c0, i32x4.dot_i16x8_s(w0, a)); d0 = i32x4.add(d0, i32x4.dot_i16x8_s(w0, b));
      const w1 = v128.load(panel, 48);
      c1 = i32x4.add(c1, i32x4.dot_i16x8_s(w1, a)); d1 = i32x4.add(d1, i32x4.dot_i16x8_s(w1, b));
      const w2 = v128.load(panel, 80);
      c2 = i32x4.add(c2, i32x4.dot_i16x8_s(w2, a)); d2 = i32x4.add(d2, i32x4.dot_i16x8_s(w2, b));
      const w3 = v128.load(panel, 112);
      c3 = i32x4.add(c3, i32x4.dot_i16x8_s(w3, a)); d3 = i32x4.add(d3, i32x4.dot_i16x8_s(w3, b));
    }
    halves -= 2;
    row += 2 * STEP;
    below += 2 * STEP;
    panel += 2 * STEP_BYTES;
  }
  v128.store(sums, sumsOfLanes(c0, c1, c2, c3));
  v128.store(sums, sumsOfLanes(d0, d1, d2, d3), 16);
}

/** sums + the products of sixteen weights and sixteen codes of 7 bits. */
// @ts-ignore: decorator
@inline
function addByteProducts(sums: v128, weights: v128, codes: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, codes, sums) : sums;
}

/** The sum of the weights of each of a panel's outputs. */
function sumsOfPanel(steps: i32, panel: usize): v128 {
  const ones = i8x16.splat(1);
  let c0 = i32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  for (let step = 0; step < steps; step++) {
    c0 = addByteProducts(c0, v128.load(panel), ones);
    c1 = addByteProducts(c1, v128.load(panel, 16), ones);
    c2 = addByteProducts(c2, v128.load(panel, 32), ones);
    c3 = addByteProducts(c3, v128.load(panel, 48), ones);
    panel += STEP_BYTES;
  }
  return sumsOfLanes(c0, c1, c2, c3);
}

/** Two rows of codes of a byte each times a panel as it lies: their sums, four each, go to `sums`. */
function sumsOfTwoByteRows(steps: i32, row: usize, below: usize, panel: usize, sums: usize): void {
  let c0 = i32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  let d0 = c0, d1 = c0, d2 = c0, d3 = c0;
  while (steps > 0) {
    {
      const a = v128.load(row), b = v128.load(below);
      const w0 = v128.load(panel);
      c0 = addByteProducts(c0, w0, a); d0 = addByteProducts(d0, w0, b);
      const w1 = v128.load(panel, 16);
      c1 = addByteProducts(c1, w1, a); d1 = addByteProducts(d1, w1, b);
      const w2 = v128.load(panel, 32);
      c2 = addByteProducts(c2, w2, a); d2 = addByteProducts(d2, w2, b);
      const w3 = v128.load(panel, 48);
      c3 = addByteProducts(c3, w3, a); d3 = addByteProducts(d3, w3, b);
    }
    if (steps == 1) break;
    {
      const a = v128.load(row, 16), b = v128.load(below, 16);
      const w0 = v128.load(panel, 64);
      c0 = addByteProducts(c0, w0, a); d0 = addByteProducts(d0, w0, b);
      const w1 = v128.load(panel, 80);
      c1 = addByteProducts(c1, w1, a); d1 = addByteProducts(d1, w1, b);
      const w2 = v128.load(panel, 96);
      c2 = addByteProducts(c2, w2, a); d2 = addByteProducts(d2, w2, b);
      const w3 = v128.load(panel, 112);
      c3 = addByteProducts(c3, w3, a); d3 = addByteProducts(d3, w3, b);
    }
    steps -= 2;
    row += 2 * STEP;
    below += 2 * STEP;
    panel += 2 * STEP_BYTES;
  }
  v128.store(sums, sumsOfLanes(c0, c1, c2, c3));
  v128.store(sums, sumsOfLanes(d0, d1, d2, d3), 16);
}

/** y = f(sums · scales + bias + residual) for up to four outputs of one row. */
function finish(
  sums: v128, rowScale: f32, scales: v128, bias: v128, y: usize, width: i32, kind: i32, residual: usize,
): void {
  let values = f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(sums), f32x4.splat(rowScale)), scales);
  values = f32x4.add(values, bias);
  if (residual) values = f32x4.add(values, loadUpTo4(residual, width));
  if (width >= OUTPUTS) v128.store(y, values);
  else storeTail(y, values, width);
  if (kind != NONE) applyTo(kind, width, y, y);
}

/**
 * Tiles `begin` to `end` of y = f(x · Wᵀ + bias + residual): a tile is a panel of outputs of a block of rows.
 *
 * @param codes [rows, steps * 16] and `rowScales` [rows], as `roundActivations` makes them
 * @param zeros [rows], if the codes are bytes of `roundActivationsCoarsely`, or 0
 * @param weights [panels, steps, 4, 16] bytes and `scales` [panels * 4]
 * @param bias [columns], or 0
 * @param kind of the activation f
 * @param residual of y's layout, or 0
 * @param scratch twice as many bytes as a panel has, and 32 more
 */
export function multiplyInt8(
  begin: i32, end: i32, scratch: usize,
  rows: i32, rowsPerBlock: i32, columns: i32, depth: i32,
  codes: usize, rowScales: usize, zeros: usize, weights: usize, scales: usize,
  y: usize, bias: usize, kind: i32, residual: usize,
): void {
  const steps = (depth + STEP - 1) / STEP;
  const panels = (columns + OUTPUTS - 1) / OUTPUTS;
  const panelBytes = steps * STEP_BYTES;
  const codeBytes = <usize>(steps * STEP) << (zeros ? 0 : 1);
  const yBytes = <usize>columns << 2;
  const sums = scratch + (<usize>panelBytes << 1);
  for (let tile = begin; tile < end; tile++) {
    const panel = tile % panels;
    const firstRow = (tile / panels) * rowsPerBlock;
    const lastRow = min(firstRow + rowsPerBlock, rows);
    const column = panel * OUTPUTS;
    const width = min(columns - column, OUTPUTS);
    const at = <usize>column << 2;
    const ofWeights = weights + <usize>panel * <usize>panelBytes;
    const ofScales = v128.load(scales + at);
    const ofBias = bias ? loadUpTo4(bias + at, width) : f32x4.splat(0);
    const wide = !zeros && lastRow - firstRow >= ROWS_THAT_REPAY_WIDENING;
    if (wide) widen(panelBytes, ofWeights, scratch);
    const ofPanel = zeros ? sumsOfPanel(steps, ofWeights) : i32x4.splat(0);
    for (let row = firstRow; row < lastRow; row += 2) {
      // The last of an odd number of rows goes with itself.
      const pair = min(lastRow - row, 2);
      const ofRow = codes + <usize>row * codeBytes;
      const below = pair == 2 ? ofRow + codeBytes : ofRow;
      if (zeros) {
        sumsOfTwoByteRows(steps, ofRow, below, ofWeights, sums);
      } else if (wide) {
        sumsOfTwoRows(2 * steps, ofRow, below, scratch, sums);
      } else {
        v128.store(sums, sumsOfOneRow(steps, ofRow, ofWeights));
        if (pair == 2) v128.store(sums, sumsOfOneRow(steps, below, ofWeights), 16);
      }
      for (let i = 0; i < pair; i++) {
        const ofThis = <usize>(row + i) << 2;
        let products = v128.load(sums + (<usize>i << 4));
        if (zeros) products = i32x4.sub(products, i32x4.mul(ofPanel, v128.load_splat<i32>(zeros + ofThis)));
        const offset = <usize>(row + i) * yBytes + at;
        finish(
          products, load<f32>(rowScales + ofThis), ofScales, ofBias, y + offset, width, kind,
          residual ? residual + offset : 0,
        );
      }
    }
  }
}

/** One row of weights, of `depth` numbers, to y with `stride` bytes between them. */
// @ts-ignore: decorator
@inline
function decodeRow(row: i32, depth: i32, weights: usize, scales: usize, y: usize, stride: usize): void {
  const steps = (depth + STEP - 1) / STEP;
  let from = weights + <usize>(row / OUTPUTS) * <usize>(steps * STEP_BYTES) + <usize>((row % OUTPUTS) * STEP);
  const scale = load<f32>(scales + (<usize>row << 2));
  for (let k = 0; k < depth; k += STEP) {
    const width = min(depth - k, STEP);
    for (let i = 0; i < width; i++) {
      store<f32>(y, <f32>load<i8>(from + <usize>i) * scale);
      y += stride;
    }
    from += STEP_BYTES;
  }
}

/** Rows `begin` to `end` of the weights [rows, depth] as floats: y with these strides, in bytes. */
export function decodeInt8(
  begin: i32, end: i32, scratch: usize,
  depth: i32, weights: usize, scales: usize, y: usize, rowStride: usize, columnStride: usize,
): void {
  for (let row = begin; row < end; row++) {
    decodeRow(row, depth, weights, scales, y + <usize>row * rowStride, columnStride);
  }
}

/** Rows `begin` to `end` of y[i] = W[ids[i]]. An id that is no row gives NaN. */
export function lookUpInt8(
  begin: i32, end: i32, scratch: usize,
  rows: i32, depth: i32, weights: usize, scales: usize, ids: usize, y: usize,
): void {
  const rowBytes = <usize>depth << 2;
  for (let i = begin; i < end; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    const target = y + <usize>i * rowBytes;
    if (id >= 0 && id < rows) {
      decodeRow(id, depth, weights, scales, target, 4);
    } else {
      for (let at: usize = 0; at < rowBytes; at += 4) store<f32>(target + at, NaN);
    }
  }
}
