// Sums, differences and products of two tensors, entry by entry.
import { loadTail, storeTail } from './vectorMath';

export const ADD: i32 = 0;
export const SUBTRACT: i32 = 1;

// @ts-ignore: decorator
@inline
function combine4(kind: i32, a: v128, b: v128): v128 {
  if (kind == ADD) return f32x4.add(a, b);
  if (kind == SUBTRACT) return f32x4.sub(a, b);
  return f32x4.mul(a, b);
}

/** Entries `begin` to `end` of y = a ∘ b. */
export function arithmetic(begin: i32, end: i32, scratch: usize, kind: i32, a: usize, b: usize, y: usize): void {
  const at = <usize>begin << 2;
  a += at;
  b += at;
  y += at;
  let i = begin;
  for (; i + 4 <= end; i += 4) {
    v128.store(y, combine4(kind, v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    y += 16;
  }
  const rest = end - i;
  if (rest > 0) storeTail(y, combine4(kind, loadTail(a, rest, 0), loadTail(b, rest, 0)), rest);
}
