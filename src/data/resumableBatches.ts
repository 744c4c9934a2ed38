/**
 * Batches that can be gone through again and again, and that know where they are, so that interrupted training goes on
 * with the very next batch.
 */
export interface ResumableBatches<Batch, State> extends Iterable<Batch> {
  /** The place after the last batch that was handed out: plain values that survive JSON. */
  state(): State;
  /**
   * Makes the next iteration go on from that place; the one after it begins the next epoch.
   *
   * @throws TrainingError if the state comes from other batches
   */
  restore(state: State): void;
}
