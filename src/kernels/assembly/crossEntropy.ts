// Cross-entropy from logits. Forward keeps the logarithm of each row's sum, from which backward makes the probabilities.
import { exp4, largestLane, loadTail, multiplyAdd, naturalLog, storeTail, sumLanes } from './vectorMath';

/**
 * Rows `begin` to `end`: loss = logSum - ((1 - smoothing) x[label] + smoothing mean(x)), 0 where the label is ignored, NaN
 * where it is no class.
 */
export function crossEntropy(
  begin: i32, end: i32, scratch: usize,
  classes: i32, logits: usize, labels: usize, ignored: i32, smoothing: f32, losses: usize, logSums: usize,
): void {
  for (let row = begin; row < end; row++) {
    const x = logits + (<usize>row * <usize>classes << 2);
    const label = load<i32>(labels + (<usize>row << 2));
    const logSum = logSumOfExp(classes, x);
    let loss: f32 = 0;
    if (label != ignored) {
      const hit: f32 = label >= 0 && label < classes ? load<f32>(x + (<usize>label << 2)) : NaN;
      const expected = smoothing == 0 ? hit : hit * (1 - smoothing) + meanOf(classes, x) * smoothing;
      loss = logSum - expected;
    }
    store<f32>(losses + (<usize>row << 2), loss);
    store<f32>(logSums + (<usize>row << 2), logSum);
  }
}

function logSumOfExp(count: i32, x: usize): f32 {
  let most = f32x4.splat(-Infinity);
  let at = x;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    most = f32x4.max(most, v128.load(at));
    at += 16;
  }
  if (i < count) most = f32x4.max(most, loadTail(at, count - i, -Infinity));
  const shift = largestLane(most);
  const shifts = f32x4.splat(shift);
  let sums = f32x4.splat(0);
  at = x;
  for (i = 0; i + 4 <= count; i += 4) {
    sums = f32x4.add(sums, exp4(f32x4.sub(v128.load(at), shifts)));
    at += 16;
  }
  if (i < count) sums = f32x4.add(sums, exp4(f32x4.sub(loadTail(at, count - i, -Infinity), shifts)));
  return shift + <f32>naturalLog(sumLanes(sums));
}

function meanOf(count: i32, x: usize): f32 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) sum += load<f32>(x + (<usize>i << 2));
  return <f32>(sum / count);
}

/** Rows `begin` to `end`: dx = dy · (e^(x - logSum) - target), 0 where the label is ignored. */
export function crossEntropyGrad(
  begin: i32, end: i32, scratch: usize,
  classes: i32, dy: usize, logits: usize, labels: usize, logSums: usize, ignored: i32, smoothing: f32, dx: usize,
): void {
  const rowBytes = <usize>classes << 2;
  for (let row = begin; row < end; row++) {
    const label = load<i32>(labels + (<usize>row << 2));
    let target = dx + <usize>row * rowBytes;
    if (label == ignored) {
      memory.fill(target, 0, rowBytes);
      continue;
    }
    const slope = load<f32>(dy + (<usize>row << 2));
    const slopes = f32x4.splat(slope);
    const even = f32x4.splat(-slope * smoothing / <f32>classes);
    const shifts = f32x4.splat(load<f32>(logSums + (<usize>row << 2)));
    let x = logits + <usize>row * rowBytes;
    let i = 0;
    for (; i + 4 <= classes; i += 4) {
      v128.store(target, multiplyAdd(slopes, exp4(f32x4.sub(v128.load(x), shifts)), even));
      x += 16;
      target += 16;
    }
    if (i < classes) {
      const e = exp4(f32x4.sub(loadTail(x, classes - i, 0), shifts));
      storeTail(target, multiplyAdd(slopes, e, even), classes - i);
    }
    if (label < 0 || label >= classes) continue;
    const hit = dx + <usize>row * rowBytes + (<usize>label << 2);
    store<f32>(hit, load<f32>(hit) - slope * (1 - smoothing));
  }
}
