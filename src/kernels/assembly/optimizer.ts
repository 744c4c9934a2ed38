// What optimizers do to numbers where they lie.
import { multiply, MULTIPLY_SCRATCH, packPanels, PANEL } from './matrixProduct';

/**
 * Entries `begin` to `end` of a step of Adam: with g = gradient · gradientScale + penalty · value, both moments move
 * towards g and g², and value = keep · value - stepSize · first / (sqrt(second) + epsilon).
 */
export function adam(
  begin: i32, end: i32, scratch: usize, value: usize, gradient: usize, first: usize, second: usize,
  beta1: f32, beta2: f32, epsilon: f32, stepSize: f32, keep: f32, penalty: f32, gradientScale: f32,
): void {
  let at = <usize>begin << 2;
  let i = begin;
  for (; i + 4 <= end; i += 4) {
    const v = v128.load(value + at);
    const g = f32x4.add(
      f32x4.mul(v128.load(gradient + at), f32x4.splat(gradientScale)),
      f32x4.mul(v, f32x4.splat(penalty)),
    );
    const m = f32x4.add(f32x4.mul(v128.load(first + at), f32x4.splat(beta1)), f32x4.mul(g, f32x4.splat(1 - beta1)));
    const s = f32x4.add(
      f32x4.mul(v128.load(second + at), f32x4.splat(beta2)),
      f32x4.mul(f32x4.mul(g, g), f32x4.splat(1 - beta2)),
    );
    const step = f32x4.mul(f32x4.div(m, f32x4.add(f32x4.sqrt(s), f32x4.splat(epsilon))), f32x4.splat(stepSize));
    v128.store(first + at, m);
    v128.store(second + at, s);
    v128.store(value + at, f32x4.sub(f32x4.mul(v, f32x4.splat(keep)), step));
    at += 16;
  }
  for (; i < end; i++) {
    const v = load<f32>(value + at);
    const g = load<f32>(gradient + at) * gradientScale + v * penalty;
    const m = load<f32>(first + at) * beta1 + g * (1 - beta1);
    const s = load<f32>(second + at) * beta2 + g * g * (1 - beta2);
    store<f32>(first + at, m);
    store<f32>(second + at, s);
    store<f32>(value + at, v * keep - (m / (sqrt<f32>(s) + epsilon)) * stepSize);
    at += 4;
  }
}

/** Bytes of scratch that `newtonSchulz` needs for a matrix. */
export function newtonSchulzScratch(rows: i32, columns: i32): i32 {
  const inner = min(rows, columns);
  const packed = max(rows, columns) * ((inner + PANEL - 1) & -PANEL) + inner * ((columns + PANEL - 1) & -PANEL);
  return MULTIPLY_SCRATCH + ((rows * columns + 2 * inner * inner + packed) << 2);
}

/**
 * Matrices `begin` to `end`, each made orthogonal by steps of Newton-Schulz: x (a I + b G + c G²) with G the smaller of
 * xᵀ x and x xᵀ.
 *
 * @param polynomials a, b and c of each step, as f32
 * @param list for each matrix its address, rows, columns, and where the result goes, as u32
 */
export function newtonSchulz(begin: i32, end: i32, scratch: usize, steps: i32, polynomials: usize, list: usize): void {
  for (let item = begin; item < end; item++) {
    const entry = list + <usize>(item << 4);
    const rows = load<i32>(entry, 4);
    const columns = load<i32>(entry, 8);
    orthogonalize(rows, columns, <usize>load<u32>(entry), <usize>load<u32>(entry, 12), steps, polynomials, scratch);
  }
}

function orthogonalize(
  rows: i32, columns: i32, matrix: usize, out: usize, steps: i32, polynomials: usize, scratch: usize,
): void {
  const wide = rows < columns;
  const inner = min(rows, columns);
  const outer = max(rows, columns);
  const size = rows * columns;
  const rowBytes = <usize>columns << 2;
  const innerBytes = <usize>inner << 2;
  const spare = scratch + MULTIPLY_SCRATCH;
  const gram = spare + (<usize>size << 2);
  const polynomial = gram + (<usize>(inner * inner) << 2);
  const packed = polynomial + (<usize>(inner * inner) << 2);
  const innerPanels = (inner + PANEL - 1) / PANEL;
  let squares: f64 = 0;
  for (let i = 0; i < size; i++) {
    const entry = <f64>load<f32>(matrix + (<usize>i << 2));
    squares += entry * entry;
  }
  // The Frobenius norm is at least the largest singular value, so all start within 0..1.
  scaleTo(size, <f32>(1 / (sqrt<f64>(squares) + 1e-7)), matrix, out);
  let x = out;
  let next = spare;
  for (let step = 0; step < steps; step++) {
    if (wide) packPanels(0, innerPanels, 0, x, 4, rowBytes, 0, outer, inner, packed);
    else packPanels(0, innerPanels, 0, x, rowBytes, 4, 0, outer, inner, packed);
    multiply(
      inner, inner, outer, x, wide ? rowBytes : 4, wide ? 4 : rowBytes, packed, outer, gram, innerBytes, 0, false, scratch,
    );
    scaleAddDiagonal(inner, load<f32>(polynomials, 8), load<f32>(polynomials, 4), gram, polynomial);
    packPanels(0, innerPanels, 0, polynomial, innerBytes, 4, 0, inner, inner, packed);
    multiply(inner, inner, inner, gram, innerBytes, 4, packed, inner, next, innerBytes, 0, false, scratch);
    scaleAddDiagonal(inner, 1, load<f32>(polynomials), next, polynomial);
    if (wide) {
      packPanels(0, (columns + PANEL - 1) / PANEL, 0, x, rowBytes, 4, 0, inner, columns, packed);
      multiply(rows, columns, inner, polynomial, innerBytes, 4, packed, inner, next, rowBytes, 0, false, scratch);
    } else {
      packPanels(0, innerPanels, 0, polynomial, innerBytes, 4, 0, inner, inner, packed);
      multiply(rows, columns, inner, x, rowBytes, 4, packed, inner, next, rowBytes, 0, false, scratch);
    }
    const last = x;
    x = next;
    next = last;
    polynomials += 12;
  }
  if (x != out) memory.copy(out, x, <usize>size << 2);
}

/** y = factor · x for `count` entries. */
function scaleTo(count: i32, factor: f32, x: usize, y: usize): void {
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 2;
    store<f32>(y + at, load<f32>(x + at) * factor);
  }
}

/** y = factor · x + diagonal · identity, square matrices. */
function scaleAddDiagonal(size: i32, factor: f32, diagonal: f32, x: usize, y: usize): void {
  scaleTo(size * size, factor, x, y);
  for (let i = 0; i < size; i++) {
    const at = y + (<usize>(i * (size + 1)) << 2);
    store<f32>(at, load<f32>(at) + diagonal);
  }
}
