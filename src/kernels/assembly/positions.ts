// Rotary positions and the causal convolution: what tells a layer the order of steps.
import { loadTail, multiplyAdd, storeTail } from './vectorMath';

/**
 * Rows `begin` to `end` of [batch, heads, time, size]: each pair (i, i + size / 2) turned by its angle.
 *
 * @param cosine [batch or 1, 1, time, size]; batchStride is 0 for 1, in bytes
 * @param direction 1 or -1, the way back
 */
export function rotary(
  begin: i32, end: i32, scratch: usize,
  heads: i32, time: i32, size: i32, x: usize, cosine: usize, sine: usize, batchStride: usize, direction: f32, y: usize,
): void {
  const half = size >> 1;
  const halfBytes = <usize>half << 2;
  for (let row = begin; row < end; row++) {
    const at = <usize>row * <usize>size << 2;
    const angle = <usize>(row / (heads * time)) * batchStride + (<usize>((row % time) * size) << 2);
    const directions = f32x4.splat(direction);
    let i = 0;
    let entry: usize = 0;
    for (; i + 4 <= half; i += 4) {
      const first = v128.load(x + at + entry), second = v128.load(x + at + halfBytes + entry);
      const c = v128.load(cosine + angle + entry), cLater = v128.load(cosine + angle + halfBytes + entry);
      const s = f32x4.mul(v128.load(sine + angle + entry), directions);
      const sLater = f32x4.mul(v128.load(sine + angle + halfBytes + entry), directions);
      v128.store(y + at + entry, f32x4.sub(f32x4.mul(first, c), f32x4.mul(second, s)));
      v128.store(y + at + halfBytes + entry, f32x4.add(f32x4.mul(second, cLater), f32x4.mul(first, sLater)));
      entry += 16;
    }
    for (; i < half; i++) {
      const first = load<f32>(x + at + entry), second = load<f32>(x + at + halfBytes + entry);
      const s = load<f32>(sine + angle + entry) * direction;
      const sLater = load<f32>(sine + angle + halfBytes + entry) * direction;
      store<f32>(y + at + entry, first * load<f32>(cosine + angle + entry) - second * s);
      store<f32>(
        y + at + halfBytes + entry, second * load<f32>(cosine + angle + halfBytes + entry) + first * sLater,
      );
      entry += 4;
    }
  }
}

/**
 * Rows `begin` to `end` of y [batch, time, channels]: the sum over k of taps[k] · x[t - k], and with `residual` 1 x[t].
 */
export function causalConvolution(
  begin: i32, end: i32, scratch: usize,
  time: i32, channels: i32, numTaps: i32, residual: f32, x: usize, taps: usize, y: usize,
): void {
  const rowBytes = <usize>channels << 2;
  for (let row = begin; row < end; row++) {
    const at = <usize>row * rowBytes;
    tapRow(channels, min(numTaps, row % time + 1), residual, x + at, 0 - rowBytes, taps, rowBytes, y + at);
  }
}

/** Rows `begin` to `end` of dx [batch, time, channels]: x[t] was seen by y[t + k] through tap k. */
export function causalConvolutionGrad(
  begin: i32, end: i32, scratch: usize,
  time: i32, channels: i32, numTaps: i32, residual: f32, dy: usize, taps: usize, dx: usize,
): void {
  const rowBytes = <usize>channels << 2;
  for (let row = begin; row < end; row++) {
    const at = <usize>row * rowBytes;
    tapRow(channels, min(numTaps, time - row % time), residual, dy + at, rowBytes, taps, rowBytes, dx + at);
  }
}

/** y = x[0], if `residual` is not 0, + the sum over k < count of taps[k] · x[k], rows of channels, those of x a `step` apart. */
function tapRow(
  channels: i32, count: i32, residual: f32, x: usize, step: usize, taps: usize, rowBytes: usize, y: usize,
): void {
  let channel = 0;
  for (; channel + 4 <= channels; channel += 4) {
    let sum = residual != 0 ? v128.load(x) : f32x4.splat(0);
    let entry = x, tap = taps;
    for (let k = 0; k < count; k++) {
      sum = multiplyAdd(v128.load(tap), v128.load(entry), sum);
      entry += step;
      tap += rowBytes;
    }
    v128.store(y, sum);
    x += 16;
    taps += 16;
    y += 16;
  }
  for (; channel < channels; channel++) {
    let sum: f32 = residual != 0 ? load<f32>(x) : 0;
    let entry = x, tap = taps;
    for (let k = 0; k < count; k++) {
      sum += load<f32>(tap) * load<f32>(entry);
      entry += step;
      tap += rowBytes;
    }
    store<f32>(y, sum);
    x += 4;
    taps += 4;
    y += 4;
  }
}

/** Blocks `begin` to `end` of dTaps [numTaps, channels], four channels to a block: sums over batch and time of dy[t] · x[t - k]. */
export function causalConvolutionTapsGrad(
  begin: i32, end: i32, scratch: usize,
  batch: i32, time: i32, channels: i32, numTaps: i32, dy: usize, x: usize, dTaps: usize,
): void {
  const rowBytes = <usize>channels << 2;
  const blocks = (channels + 3) >> 2;
  for (let item = begin; item < end; item++) {
    const tap = item / blocks;
    const channel = (item % blocks) << 2;
    const width = min(4, channels - channel);
    const at = <usize>channel << 2;
    let sum = f32x4.splat(0);
    for (let text = 0; text < batch; text++) {
      let slope = dy + <usize>(text * time + tap) * rowBytes + at;
      let entry = x + <usize>(text * time) * rowBytes + at;
      for (let t = tap; t < time; t++) {
        if (width == 4) {
          sum = multiplyAdd(v128.load(slope), v128.load(entry), sum);
        } else {
          sum = multiplyAdd(loadTail(slope, width, 0), loadTail(entry, width, 0), sum);
        }
        slope += rowBytes;
        entry += rowBytes;
      }
    }
    const target = dTaps + <usize>tap * rowBytes + at;
    if (width == 4) v128.store(target, sum);
    else storeTail(target, sum, width);
  }
}
