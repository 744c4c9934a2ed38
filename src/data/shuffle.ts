import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { hashSeed } from '../ops/hash.js';

/**
 * Puts items in a random order, in place (Fisher and Yates 1938, in Durstenfeld's form).
 *
 * @param seed 32-bit integer
 * @param name what is shuffled: the same seed and name always give the same order, on every machine
 * @returns the same array
 */
export function shuffle<Items extends unknown[]>(items: Items, seed: number, name: string | number): Items {
  const random = xoroshiro128plus(hashSeed(seed, name));
  for (let last = items.length - 1; last > 0; last--) {
    const other = uniformInt(random, 0, last);
    [items[last], items[other]] = [items[other], items[last]];
  }
  return items;
}
