/**
 * A number about predictions, or several, gathered batch by batch. How the items were cut into batches makes no
 * difference.
 *
 * `Shown` is what `update` takes, mostly what was predicted and what was expected, an array each: one item is an array of
 * one.
 */
export interface Metric<Shown extends readonly unknown[], Result = number> {
  /** Counts a batch. One that is refused is not counted at all. */
  update(...shown: Shown): void;
  /** What everything since the last `reset` amounts to. Asking changes nothing. */
  result(): Result;
  /** Forgets everything. */
  reset(): void;
}

/** Numbers as JavaScript holds them, and as tensors give them. */
export type NumberSequence = readonly number[] | Float32Array | Float64Array | Int32Array | Uint8Array;
