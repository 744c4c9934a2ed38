// Functions of each entry on its own, and their gradients.
import { clamp4, erf4, exp4, loadTail, multiplyAdd, sigmoid4, storeTail, tanh4 } from './vectorMath';

export const NONE: i32 = 0;
export const RELU: i32 = 1;
export const GELU: i32 = 2;
export const GELU_TANH: i32 = 3;
export const SILU: i32 = 4;
export const TANH: i32 = 5;
export const ERF: i32 = 6;
export const SIGMOID: i32 = 7;
export const EXP: i32 = 8;

// 0.5 (1 + tanh(u)) = sigmoid(2u), with u = sqrt(2/π) (x + 0.044715 x³).
const SLOPE: f32 = 1.5957691216057308;
const CUBIC_SLOPE: f32 = 1.5957691216057308 * 0.044715;

/** Φ(x), the probability that a standard normal variable is below x. */
// @ts-ignore: decorator
@inline
function normalCumulative4(x: v128): v128 {
  const half = f32x4.splat(0.5);
  return f32x4.add(half, f32x4.mul(half, erf4(f32x4.mul(x, f32x4.splat(0.7071067811865476)))));
}

// @ts-ignore: decorator
@inline
function geluGate4(x: v128): v128 {
  const square = f32x4.mul(x, x);
  return sigmoid4(f32x4.mul(x, multiplyAdd(square, f32x4.splat(CUBIC_SLOPE), f32x4.splat(SLOPE))));
}

// @ts-ignore: decorator
@inline
function apply4(kind: i32, x: v128): v128 {
  if (kind == GELU_TANH) return f32x4.mul(x, geluGate4(x));
  if (kind == GELU) return f32x4.mul(x, normalCumulative4(x));
  if (kind == RELU) return f32x4.pmax(x, f32x4.splat(0));
  if (kind == SILU) return f32x4.mul(x, sigmoid4(x));
  if (kind == TANH) return tanh4(x);
  if (kind == ERF) return erf4(x);
  if (kind == SIGMOID) return sigmoid4(x);
  return exp4(x);
}

/** y = f(x) for `count` entries; y may be x. */
export function applyTo(kind: i32, count: i32, x: usize, y: usize): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(y, apply4(kind, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < count) storeTail(y, apply4(kind, loadTail(x, count - i, 0)), count - i);
}

/** Entries `begin` to `end` of y = f(x). */
export function activation(begin: i32, end: i32, scratch: usize, kind: i32, x: usize, y: usize): void {
  const at = <usize>begin << 2;
  applyTo(kind, end - begin, x + at, y + at);
}

// @ts-ignore: decorator
@inline
function slope4(kind: i32, x: v128): v128 {
  const one = f32x4.splat(1);
  if (kind == GELU_TANH) {
    // d(x g)/dx = g + x g (1 - g) slope; beyond ±20 the gate is 0 or 1, and x² shall not overflow.
    const bounded = clamp4(x, -20, 20);
    const gate = geluGate4(bounded);
    const slope = multiplyAdd(f32x4.mul(bounded, bounded), f32x4.splat(3 * CUBIC_SLOPE), f32x4.splat(SLOPE));
    const inner = f32x4.mul(f32x4.mul(bounded, f32x4.sub(one, gate)), slope);
    return f32x4.mul(gate, f32x4.add(inner, one));
  }
  if (kind == GELU) {
    const density = f32x4.mul(exp4(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5))), f32x4.splat(0.3989422804014327));
    return f32x4.add(normalCumulative4(x), f32x4.mul(x, density));
  }
  if (kind == RELU) return v128.bitselect(x, v128.and(one, f32x4.gt(x, f32x4.splat(0))), f32x4.ne(x, x));
  if (kind == TANH) {
    const y = tanh4(x);
    return f32x4.sub(one, f32x4.mul(y, y));
  }
  const gate = sigmoid4(x); // SILU
  return f32x4.mul(gate, f32x4.add(f32x4.mul(x, f32x4.sub(one, gate)), one));
}

/** Entries `begin` to `end` of dx = dy · f'(x). */
export function activationGrad(
  begin: i32, end: i32, scratch: usize, kind: i32, dy: usize, x: usize, dx: usize,
): void {
  const at = <usize>begin << 2;
  dy += at;
  x += at;
  dx += at;
  let i = begin;
  for (; i + 4 <= end; i += 4) {
    v128.store(dx, f32x4.mul(v128.load(dy), slope4(kind, v128.load(x))));
    dy += 16;
    x += 16;
    dx += 16;
  }
  const rest = end - i;
  if (rest > 0) storeTail(dx, f32x4.mul(loadTail(dy, rest, 0), slope4(kind, loadTail(x, rest, 0))), rest);
}

/** y += x for `count` entries. */
export function addTo(count: i32, x: usize, y: usize): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(y, f32x4.add(v128.load(y), v128.load(x)));
    x += 16;
    y += 16;
  }
  for (; i < count; i++) {
    store<f32>(y, load<f32>(y) + load<f32>(x));
    x += 4;
    y += 4;
  }
}
