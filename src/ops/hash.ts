/**
 * A 32-bit integer whose bits all depend on all bits of the input: the finaliser of MurmurHash3.
 *
 * @returns an unsigned 32-bit integer
 */
export function hash32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A 32-bit integer for entry i of something seeded.
 *
 * @param key `hash32(~seed)`, made once: it keeps two seeds from having the same numbers at other places
 * @returns a signed 32-bit integer
 */
export function hashEntry(seed: number, key: number, i: number): number {
  return hash32(hash32(seed + Math.imul(i, 0x9e3779b9)) ^ key) | 0;
}

/** A seed for one named part of something seeded: the same name and seed always give the same number. */
export function hashSeed(seed: number, name: string | number): number {
  let h = hash32(seed);
  for (const unit of String(name)) h = Math.imul(h ^ unit.codePointAt(0)!, 0x01000193); // FNV-1a's step
  return hash32(h);
}
