// The mask of a dropout: entry i depends on the seed and i alone, so that both directions make the same one.
import { loadTail, storeTail } from './vectorMath';

/** hash32(seed + i · 0x9e3779b9) for entries i, i + 1, i + 2 and i + 3. */
// @ts-ignore: decorator
@inline
export function hash4(seed: i32, i: i32): v128 {
  const entries = i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3));
  return hashed4(i32x4.add(i32x4.splat(seed), i32x4.mul(entries, i32x4.splat(<i32>0x9e3779b9))));
}

/** hash32 of four integers: the finaliser of MurmurHash3. */
// @ts-ignore: decorator
@inline
export function hashed4(h: v128): v128 {
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(<i32>0x85ebca6b));
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), i32x4.splat(<i32>0xc2b2ae35));
  return v128.xor(h, i32x4.shr_u(h, 16));
}

/** Entries `begin` to `end` of y = x · mask; an entry whose hash is below the threshold is dropped, the others scaled. */
export function dropout(
  begin: i32, end: i32, scratch: usize, seed: i32, threshold: u32, factor: f32, x: usize, y: usize,
): void {
  const factors = f32x4.splat(factor);
  for (let i = begin; i < end; i += 4) {
    const kept = v128.and(factors, i32x4.ge_u(hash4(seed, i), i32x4.splat(threshold)));
    const at = <usize>i << 2;
    if (i + 4 <= end) v128.store(y + at, f32x4.mul(v128.load(x + at), kept));
    else storeTail(y + at, f32x4.mul(loadTail(x + at, end - i, 0), kept), end - i);
  }
}
