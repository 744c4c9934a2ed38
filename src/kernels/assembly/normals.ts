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
 * @param lists [blocks, NORMALS_LIST], u32: how many entries of the block are at edges, and which
 */
export function normals(
  begin: i32, end: i32, scratch: usize,
  first: i32, count: i32, seed: i32, key: i32, standardDeviation: f64, width: usize, inside: usize, y: usize, lists: usize,
): void {
  const keys = i32x4.splat(key);
  for (let block = first + begin; block < first + end; block++) {
    const list = lists + (<usize>(block * NORMALS_LIST) << 2);
    const last = min(count, (block + 1) * NORMALS_BLOCK);
    let edges = 0;
    for (let i = block * NORMALS_BLOCK; i < last; i += 4) {
      let bits4 = hashed4(v128.xor(hash4(seed, i), keys));
      const four = min(4, last - i);
      for (let lane = 0; lane < four; lane++) {
        const bits = i32x4.extract_lane(bits4, 0);
        bits4 = v128.shuffle<i32>(bits4, bits4, 1, 2, 3, 0);
        const layer = <usize>(bits & 127);
        const place = bits >> 7;
        const distance = place ^ (place >> 31);
        if (distance < load<i32>(inside + (layer << 2))) {
          const number = standardDeviation * (<f64>place * load<f64>(width + (layer << 3)));
          store<f32>(y + (<usize>(i + lane) << 2), <f32>number);
        } else {
          edges++;
          if (edges < NORMALS_LIST) store<u32>(list + (<usize>edges << 2), i + lane);
        }
      }
    }
    store<u32>(list, edges);
  }
}
