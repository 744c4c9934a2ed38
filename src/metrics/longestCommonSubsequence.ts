/**
 * The length of the longest sequence that both hold in this order, with anything between.
 *
 * It takes a.length * b.length steps, and room for one row of them.
 */
export function longestCommonSubsequence<Item>(a: readonly Item[], b: readonly Item[]): number {
  const lengths = new Uint32Array(b.length + 1); // of the part of a read so far, and each beginning of b
  for (const item of a) {
    let before = 0; // the length for one item less of both
    for (let end = 1; end <= b.length; end++) {
      const above = lengths[end]!;
      lengths[end] = item === b[end - 1] ? before + 1 : Math.max(above, lengths[end - 1]!);
      before = above;
    }
  }
  return lengths[b.length]!;
}
