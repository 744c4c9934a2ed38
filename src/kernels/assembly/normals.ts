// Normal numbers by the ziggurat method; entry i depends on the seed and i alone.
import { hash4, hashed4 } from './dropout';

/** Entries that are made at once. */
export const NORMALS_BLOCK: i32 = 4096;
/** Places of the list of a block's entries at edges: the first is how many there are. */
export const NORMALS_LIST: i32 = 257;

/**
 * Blocks `begin` to `end` of NORMALS_BLOCK entries: those whose bits fall inside a layer, which are nearly all. The others
 * are listed, as many of them as there is room for, for whoever knows logarithms.
 *
 * @param first is added to the numbers of the blocks
 * @param key what the hash of an entry is mixed with before it is hashed again
 * @param width [128] of the layers, f64: from a place to a number
 * @param inside [128], i32: places below lie under the density for certain
 * @param lists [end, NORMALS_LIST], u32: how many entries of the block are at edges, and which
 */
export function normals(
  begin: i32, end: i32, scratch: usize,
  first: i32, count: i32, seed: i32, key: i32, standardDeviation: f64, width: usize, inside: usize, y: usize, lists: usize,
): void {
  const keys = i32x4.splat(key);
  const standardDeviations = f64x2.splat(standardDeviation);
  for (let part = begin; part < end; part++) {
    const list = lists + (<usize>(part * NORMALS_LIST) << 2);
    const block = first + part;
    const last = min(count, (block + 1) * NORMALS_BLOCK);
    let edges = 0;
    for (let i = block * NORMALS_BLOCK; i < last; i += 4) {
      const bits = hashed4(v128.xor(hash4(seed, i), keys));
      const places = i32x4.shr_s(bits, 7);
      const distances = v128.xor(places, i32x4.shr_s(places, 31));
      const layers = v128.and(bits, i32x4.splat(127));
      const layer0 = <usize>i32x4.extract_lane(layers, 0);
      const layer1 = <usize>i32x4.extract_lane(layers, 1);
      const layer2 = <usize>i32x4.extract_lane(layers, 2);
      const layer3 = <usize>i32x4.extract_lane(layers, 3);
      let limits = v128.load32_zero(inside + (layer0 << 2));
      limits = v128.load_lane<i32>(inside + (layer1 << 2), limits, 1);
      limits = v128.load_lane<i32>(inside + (layer2 << 2), limits, 2);
      limits = v128.load_lane<i32>(inside + (layer3 << 2), limits, 3);
      const widths01 = v128.load_lane<i64>(width + (layer1 << 3), v128.load64_zero(width + (layer0 << 3)), 1);
      const widths23 = v128.load_lane<i64>(width + (layer3 << 3), v128.load64_zero(width + (layer2 << 3)), 1);
      const numbers01 = scaled(f64x2.convert_low_i32x4_s(places), widths01, standardDeviations);
      const places23 = v128.shuffle<i64>(places, places, 1, 1);
      const numbers23 = scaled(f64x2.convert_low_i32x4_s(places23), widths23, standardDeviations);
      const numbers = v128.shuffle<i64>(numbers01, numbers23, 0, 2);
      const isInside = i32x4.lt_s(distances, limits);
      const left = last - i;
      if (left >= 4) {
        v128.store(y + (<usize>i << 2), numbers);
        if (i32x4.all_true(isInside)) continue;
      } else {
        v128.store_lane<f32>(y + (<usize>i << 2), numbers, 0);
        if (left > 1) v128.store_lane<f32>(y + (<usize>i << 2), numbers, 1, 4);
        if (left > 2) v128.store_lane<f32>(y + (<usize>i << 2), numbers, 2, 8);
      }
      let outside = i32x4.bitmask(isInside) ^ 15;
      if (left < 4) outside &= (1 << left) - 1;
      for (; outside !== 0; outside &= outside - 1) {
        edges++;
        if (edges < NORMALS_LIST) store<u32>(list + (<usize>edges << 2), i + ctz(outside));
      }
    }
    store<u32>(list, edges);
  }
}

/** Two numbers from their places, in the lanes 0 and 1 of an f32x4: rounded once, as JavaScript rounds them. */
// @ts-ignore: decorator
@inline
function scaled(places: v128, widths: v128, standardDeviations: v128): v128 {
  return f32x4.demote_f64x2_zero(f64x2.mul(standardDeviations, f64x2.mul(places, widths)));
}
