import { concat, gather, keep, ones, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors/index.js';

/** What one module remembers of the tokens before. It owns its tensors. */
export interface CacheState {
  /** Puts the batch's rows in another order (a row may be taken twice), as beam search does. */
  reorder(rows: Tensor1D): void;
  /** Frees its tensors. */
  dispose(): void;
}

/**
 * The memory of a decoder between calls: keys and values of attention, and whatever else a module needs of the tokens
 * before. Each module keeps its own state in it, so a new kind of layer needs no change here.
 */
export class KeyValueCache {
  readonly #states = new Map<object, CacheState>();
  #mask: Tensor | undefined;
  #length = 0;
  #batch: number | undefined;

  /** Tokens seen so far, padding included. */
  get length(): number {
    return this.#length;
  }

  /** The state that `owner` keeps here; made by `create` at its first call. */
  stateOf<State extends CacheState>(owner: object, create: () => State): State {
    let state = this.#states.get(owner);
    if (state === undefined) {
      state = create();
      this.#states.set(owner, state);
    }
    return state as State; // one owner, one kind of state
  }

  /**
   * Counts the tokens of a call that is done and remembers their padding.
   *
   * @param mask [batch, length + time] over past and present tokens, or undefined while nothing was padded; kept
   */
  advance(time: number, mask: Tensor | undefined): void {
    this.#length += time;
    if (mask === undefined) return;
    this.#mask?.dispose();
    this.#mask = keep(mask.clone());
  }

  /**
   * The padding mask over past and present tokens.
   *
   * @param present [batch, time] of this call's tokens, 1 = attend, 0 = padding; undefined = no padding
   * @returns [batch, length + time], or undefined where nothing was ever padded; the caller disposes it
   * @throws ConfigError if the cache holds another number of rows
   */
  fullMask(present: Tensor | undefined, batch: number, time: number): Tensor | undefined {
    this.#checkBatch(batch);
    if (present === undefined && this.#mask === undefined) return undefined;
    return tidy(() => {
      const past = this.#mask ?? ones([batch, this.#length], 'int32');
      return concat([past, present ?? ones([batch, time], 'int32')], 1);
    });
  }

  /**
   * Puts the rows of everything remembered in another order.
   *
   * @param rows [new batch], int32, each the old number of a row
   */
  reorder(rows: Tensor1D): void {
    for (const state of this.#states.values()) state.reorder(rows);
    this.#batch = rows.shape[0];
    if (this.#mask === undefined) return;
    const mask = keep(gather(this.#mask, rows));
    this.#mask.dispose();
    this.#mask = mask;
  }

  /** Frees everything and starts anew: the cache can be used for another text. */
  reset(): void {
    for (const state of this.#states.values()) state.dispose();
    this.#states.clear();
    this.#mask?.dispose();
    this.#mask = undefined;
    this.#length = 0;
    this.#batch = undefined;
  }

  /** The first call says how many rows there are. */
  #checkBatch(batch: number): void {
    if (this.#length === 0) this.#batch = batch;
    if (this.#batch === batch) return;
    throw new ConfigError(
      `KeyValueCache: it holds ${this.#batch} rows, and this call has ${batch}.\nUse a new cache for a new batch.`,
      { value: batch },
    );
  }

  /** Frees everything. */
  dispose(): void {
    this.reset();
  }

  /** As `dispose`, for `using`. */
  [Symbol.dispose](): void {
    this.reset();
  }
}
