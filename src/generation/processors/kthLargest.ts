/**
 * The k-th largest number, in linear time on average (Hoare 1961, quickselect).
 *
 * @param k 1 (the largest) to values.length
 */
export function kthLargest(values: Float32Array, k: number): number {
  const sorted = values.slice(); // around place k - 1 only
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const pivot = sorted[(low + high) >>> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (sorted[i]! > pivot) i++;
      while (sorted[j]! < pivot) j--;
      if (i > j) break;
      [sorted[i], sorted[j]] = [sorted[j]!, sorted[i]!];
      i++;
      j--;
    }
    // low..j are at least the pivot, i..high at most, and what lies between equals it.
    if (k - 1 <= j) high = j;
    else if (k - 1 >= i) low = i;
    else break;
  }
  return sorted[k - 1]!;
}
