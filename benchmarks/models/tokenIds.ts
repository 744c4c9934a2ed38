/** Token ids that look random and are the same for every contender. */
export function tokenIds(count: number, vocabSize: number, seed = 0): number[] {
  return Array.from({ length: count }, (_, i) => (Math.imul(i + 1 + seed, 2654435761) >>> 8) % vocabSize);
}
