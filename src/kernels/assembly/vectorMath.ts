// Elementary functions of four floats at once. Each lets NaN through: only minimum and maximum that do so are used.

/** accumulator + a * b, rounded once where the engine has relaxed SIMD, else twice. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, accumulator: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD
    ? f32x4.relaxed_madd(a, b, accumulator)
    : f32x4.add(accumulator, f32x4.mul(a, b));
}

// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

// @ts-ignore: decorator
@inline
export function largestLane(x: v128): f32 {
  return max(
    max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  );
}

/** x between two bounds; NaN stays. (pmin and pmax are one instruction each, min and max several.) */
// @ts-ignore: decorator
@inline
export function clamp4(x: v128, low: f32, high: f32): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(low)), f32x4.splat(high));
}

/** 1.5 · 2^23: a float of this size has no fraction, and the whole number that was added stands in its lowest bits. */
const ROUNDER: f32 = 12582912;

/**
 * e^x: 2^n times a polynomial of the rest (Cephes' expf), within 2 units in the last place. What is less than
 * 2^-125.5 is 0.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const bounded = clamp4(x, -87.33, 89);
  const shifted = multiplyAdd(bounded, f32x4.splat(1.44269504), f32x4.splat(ROUNDER));
  const n = f32x4.sub(shifted, f32x4.splat(ROUNDER));
  const r = multiplyAdd(n, f32x4.splat(2.12194440e-4), multiplyAdd(n, f32x4.splat(-0.693359375), bounded));
  let p = multiplyAdd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3));
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3));
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2));
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1));
  p = multiplyAdd(p, r, f32x4.splat(5.0000001201e-1));
  p = multiplyAdd(p, f32x4.mul(r, r), f32x4.add(r, f32x4.splat(1)));
  // 2^n as 2^(n - 1) twice over, so that n = 128 has an exponent; n = -126 becomes 0.
  const half = i32x4.shl(i32x4.add(shifted, i32x4.splat(126)), 23);
  const scaled = f32x4.mul(p, half);
  return f32x4.add(scaled, scaled);
}

// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))));
}

/** tanh: a rational function of x within ±7.9, where it reaches 1 (the minimax fit that Eigen uses). */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const bounded = clamp4(x, -7.90531110763549805, 7.90531110763549805);
  const square = f32x4.mul(bounded, bounded);
  let p = multiplyAdd(square, f32x4.splat(-2.76076847742355e-16), f32x4.splat(2.00018790482477e-13));
  p = multiplyAdd(square, p, f32x4.splat(-8.60467152213735e-11));
  p = multiplyAdd(square, p, f32x4.splat(5.12229709037114e-8));
  p = multiplyAdd(square, p, f32x4.splat(1.48572235717979e-5));
  p = multiplyAdd(square, p, f32x4.splat(6.37261928875436e-4));
  p = multiplyAdd(square, p, f32x4.splat(4.89352455891786e-3));
  let q = multiplyAdd(square, f32x4.splat(1.19825839466702e-6), f32x4.splat(1.18534705686654e-4));
  q = multiplyAdd(square, q, f32x4.splat(2.268434632439e-3));
  q = multiplyAdd(square, q, f32x4.splat(4.89352518554385e-3));
  const y = f32x4.div(f32x4.mul(bounded, p), q);
  return v128.bitselect(x, y, f32x4.lt(f32x4.abs(x), f32x4.splat(0.0004)));
}

/** The error function: a rational function of x within ±4, where it reaches 1 (the minimax fit that Eigen uses). */
// @ts-ignore: decorator
@inline
export function erf4(x: v128): v128 {
  const bounded = clamp4(x, -4, 4);
  const square = f32x4.mul(bounded, bounded);
  let p = multiplyAdd(square, f32x4.splat(-2.72614225801306e-10), f32x4.splat(2.77068142495902e-8));
  p = multiplyAdd(square, p, f32x4.splat(-2.10102402082508e-6));
  p = multiplyAdd(square, p, f32x4.splat(-5.69250639462346e-5));
  p = multiplyAdd(square, p, f32x4.splat(-7.34990630326855e-4));
  p = multiplyAdd(square, p, f32x4.splat(-2.95459980854025e-3));
  p = multiplyAdd(square, p, f32x4.splat(-1.60960333262415e-2));
  let q = multiplyAdd(square, f32x4.splat(-1.45660718464996e-5), f32x4.splat(-2.13374055278905e-4));
  q = multiplyAdd(square, q, f32x4.splat(-1.68282697438203e-3));
  q = multiplyAdd(square, q, f32x4.splat(-7.37332916720468e-3));
  q = multiplyAdd(square, q, f32x4.splat(-1.42647390514189e-2));
  return f32x4.div(f32x4.mul(bounded, p), q);
}

/** The natural logarithm of a positive number, by the series of the inverse hyperbolic tangent. (Math.log brings tables.) */
export function naturalLog(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <i32>((bits >> 52) & 0x7ff) - 1023;
  if (exponent == 1024) return x; // Infinity and NaN
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000); // 1..2
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent++;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series: f64 = 1.0 / 17;
  series = series * square + 1.0 / 15;
  series = series * square + 1.0 / 13;
  series = series * square + 1.0 / 11;
  series = series * square + 1.0 / 9;
  series = series * square + 1.0 / 7;
  series = series * square + 1.0 / 5;
  series = series * square + 1.0 / 3;
  return 2 * s * (series * square + 1) + <f64>exponent * 0.6931471805599453;
}

/** The `count` (1..3) floats at `pointer`, then copies of `fill`. */
export function loadTail(pointer: usize, count: i32, fill: f32): v128 {
  let x = f32x4.replace_lane(f32x4.splat(fill), 0, load<f32>(pointer));
  if (count > 1) x = f32x4.replace_lane(x, 1, load<f32>(pointer, 4));
  if (count > 2) x = f32x4.replace_lane(x, 2, load<f32>(pointer, 8));
  return x;
}

/** Stores the first `count` (1..3) lanes. */
export function storeTail(pointer: usize, x: v128, count: i32): void {
  store<f32>(pointer, f32x4.extract_lane(x, 0));
  if (count > 1) store<f32>(pointer, f32x4.extract_lane(x, 1), 4);
  if (count > 2) store<f32>(pointer, f32x4.extract_lane(x, 2), 8);
}
