// What optimizers do to numbers where they lie.

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

/** Entries `begin` to `end` of y = factor · x. */
export function scale(begin: i32, end: i32, scratch: usize, factor: f32, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) {
    const at = <usize>i << 2;
    store<f32>(y + at, load<f32>(x + at) * factor);
  }
}

/** Rows `begin` to `end` of a square matrix: y = factor · x + diagonal · identity. */
export function scaleAddDiagonal(
  begin: i32, end: i32, scratch: usize, size: i32, factor: f32, diagonal: f32, x: usize, y: usize,
): void {
  for (let row = begin; row < end; row++) {
    const at = <usize>row * <usize>size << 2;
    for (let column = 0; column < size; column++) {
      const entry = at + (<usize>column << 2);
      store<f32>(y + entry, load<f32>(x + entry) * factor + (column == row ? diagonal : 0));
    }
  }
}
