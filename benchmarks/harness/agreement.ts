/** How far apart two results are. */
export interface Agreement {
  /** 1 for the same direction. */
  readonly cosine: number;
  /** The length of their difference as a share of the first one's. */
  readonly distance: number;
}

/** Compares two results, number by number. */
export function agreement(ours: Float32Array, theirs: Float32Array): Agreement {
  if (ours.length !== theirs.length) return { cosine: Number.NaN, distance: Number.POSITIVE_INFINITY };
  let [product, ourSquares, theirSquares, difference] = [0, 0, 0, 0];
  for (let i = 0; i < ours.length; i++) {
    product += ours[i]! * theirs[i]!;
    ourSquares += ours[i]! ** 2;
    theirSquares += theirs[i]! ** 2;
    difference += (ours[i]! - theirs[i]!) ** 2;
  }
  return { cosine: product / Math.sqrt(ourSquares * theirSquares), distance: Math.sqrt(difference / ourSquares) };
}
