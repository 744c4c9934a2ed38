// Norms of rows. The gradients of weight and bias are sums over rows, made 16 columns at a time in the order of the rows.
import { loadTail, multiplyAdd, storeTail, sumLanes } from './vectorMath';

/** The sum of a row. */
function sumOfRow(size: i32, x: usize): f32 {
  let sums = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    sums = f32x4.add(sums, v128.load(x));
    x += 16;
  }
  if (i < size) sums = f32x4.add(sums, loadTail(x, size - i, 0));
  return sumLanes(sums);
}

/** The sum of (x - center)² of a row. */
function squaresOfRow(size: i32, x: usize, center: f32): f32 {
  const centers = f32x4.splat(center);
  let sums = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    const distance = f32x4.sub(v128.load(x), centers);
    sums = multiplyAdd(distance, distance, sums);
    x += 16;
  }
  if (i < size) {
    const distance = f32x4.sub(loadTail(x, size - i, center), centers);
    sums = multiplyAdd(distance, distance, sums);
  }
  return sumLanes(sums);
}

/** y = (x - center) · scale · weight + bias; without a bias 0. */
function normalizeRow(size: i32, x: usize, center: f32, scale: f32, weight: usize, bias: usize, y: usize): void {
  const centers = f32x4.splat(center);
  const scales = f32x4.splat(scale);
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    const scaled = f32x4.mul(f32x4.mul(f32x4.sub(v128.load(x), centers), scales), v128.load(weight));
    v128.store(y, bias ? f32x4.add(scaled, v128.load(bias)) : scaled);
    x += 16;
    y += 16;
    weight += 16;
    if (bias) bias += 16;
  }
  for (; i < size; i++) {
    const scaled = (load<f32>(x) - center) * scale * load<f32>(weight);
    store<f32>(y, bias ? scaled + load<f32>(bias) : scaled);
    x += 4;
    y += 4;
    weight += 4;
    if (bias) bias += 4;
  }
}

/** Rows `begin` to `end` of a layer norm; means and scales have a number a row. */
export function layerNorm(
  begin: i32, end: i32, scratch: usize,
  size: i32, x: usize, weight: usize, bias: usize, epsilon: f32, y: usize, means: usize, scales: usize,
): void {
  for (let row = begin; row < end; row++) {
    const at = <usize>row * <usize>size << 2;
    const center = sumOfRow(size, x + at) / <f32>size;
    const scale = <f32>1 / sqrt<f32>(squaresOfRow(size, x + at, center) / <f32>size + epsilon);
    store<f32>(means + (<usize>row << 2), center);
    store<f32>(scales + (<usize>row << 2), scale);
    normalizeRow(size, x + at, center, scale, weight, bias, y + at);
  }
}

/** Rows `begin` to `end` of a root mean square norm. */
export function rmsNorm(
  begin: i32, end: i32, scratch: usize, size: i32, x: usize, weight: usize, epsilon: f32, y: usize, scales: usize,
): void {
  for (let row = begin; row < end; row++) {
    const at = <usize>row * <usize>size << 2;
    const scale = <f32>1 / sqrt<f32>(squaresOfRow(size, x + at, 0) / <f32>size + epsilon);
    store<f32>(scales + (<usize>row << 2), scale);
    normalizeRow(size, x + at, 0, scale, weight, 0, y + at);
  }
}

/**
 * Rows `begin` to `end` of the gradient of a norm's input: scale · (g - mean(g) - n · mean(g n)), with g = dy · weight and
 * n the normalised row. A root mean square norm has no means (0) and no mean(g).
 */
export function normGrad(
  begin: i32, end: i32, scratch: usize,
  size: i32, dy: usize, x: usize, weight: usize, means: usize, scales: usize, dx: usize,
): void {
  for (let row = begin; row < end; row++) {
    const at = <usize>row * <usize>size << 2;
    const center = means ? load<f32>(means + (<usize>row << 2)) : 0;
    const scale = load<f32>(scales + (<usize>row << 2));
    gradOfRow(size, dy + at, x + at, weight, center, scale, means != 0, dx + at);
  }
}

function gradOfRow(
  size: i32, dy: usize, x: usize, weight: usize, center: f32, scale: f32, centered: bool, dx: usize,
): void {
  const centers = f32x4.splat(center);
  const scales = f32x4.splat(scale);
  let sums = f32x4.splat(0);
  let alongs = f32x4.splat(0);
  let at: usize = 0;
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    const g = f32x4.mul(v128.load(dy + at), v128.load(weight + at));
    const n = f32x4.mul(f32x4.sub(v128.load(x + at), centers), scales);
    sums = f32x4.add(sums, g);
    alongs = multiplyAdd(g, n, alongs);
    at += 16;
  }
  const rest = size - i;
  if (rest > 0) {
    const g = f32x4.mul(loadTail(dy + at, rest, 0), loadTail(weight + at, rest, 0));
    const n = f32x4.mul(f32x4.sub(loadTail(x + at, rest, center), centers), scales);
    sums = f32x4.add(sums, g);
    alongs = multiplyAdd(g, n, alongs);
  }
  const mean = f32x4.splat(centered ? sumLanes(sums) / <f32>size : 0);
  const along = f32x4.splat(sumLanes(alongs) / <f32>size);
  at = 0;
  for (i = 0; i + 4 <= size; i += 4) {
    const g = f32x4.mul(v128.load(dy + at), v128.load(weight + at));
    const n = f32x4.mul(f32x4.sub(v128.load(x + at), centers), scales);
    v128.store(dx + at, f32x4.mul(scales, f32x4.sub(f32x4.sub(g, mean), f32x4.mul(n, along))));
    at += 16;
  }
  if (rest > 0) {
    const g = f32x4.mul(loadTail(dy + at, rest, 0), loadTail(weight + at, rest, 0));
    const n = f32x4.mul(f32x4.sub(loadTail(x + at, rest, center), centers), scales);
    storeTail(dx + at, f32x4.mul(scales, f32x4.sub(f32x4.sub(g, mean), f32x4.mul(n, along))), rest);
  }
}

/** Columns that are summed at once. */
export const SUM_COLUMNS: i32 = 16;

/**
 * Blocks `begin` to `end` of SUM_COLUMNS columns of the sums over rows of dy · n, with n the normalised x, and of dy.
 *
 * @param dBias or 0
 */
export function normWeightGrad(
  begin: i32, end: i32, scratch: usize,
  rows: i32, size: i32, dy: usize, x: usize, means: usize, scales: usize, dWeight: usize, dBias: usize,
): void {
  const rowBytes = <usize>size << 2;
  for (let block = begin; block < end; block++) {
    for (let column = block * SUM_COLUMNS; column < min(size, (block + 1) * SUM_COLUMNS); column += 4) {
      const rest = size - column;
      let at = <usize>column << 2;
      let sums = f32x4.splat(0);
      let products = f32x4.splat(0);
      for (let row = 0; row < rows; row++) {
        const center = f32x4.splat(means ? load<f32>(means + (<usize>row << 2)) : 0);
        const scale = v128.load_splat<f32>(scales + (<usize>row << 2));
        const g = rest >= 4 ? v128.load(dy + at) : loadTail(dy + at, rest, 0);
        const entry = rest >= 4 ? v128.load(x + at) : loadTail(x + at, rest, 0);
        sums = f32x4.add(sums, g);
        products = multiplyAdd(g, f32x4.mul(f32x4.sub(entry, center), scale), products);
        at += rowBytes;
      }
      const target = <usize>column << 2;
      if (rest >= 4) {
        v128.store(dWeight + target, products);
        if (dBias) v128.store(dBias + target, sums);
      } else {
        storeTail(dWeight + target, products, rest);
        if (dBias) storeTail(dBias + target, sums, rest);
      }
    }
  }
}
