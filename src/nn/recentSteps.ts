import { gather, keep, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import type { CacheState } from './keyValueCache.js';

/** The last few steps of a text, [batch, steps, ...]. */
export class RecentSteps implements CacheState {
  #steps: Tensor | undefined;

  /** The steps, borrowed, or undefined at the start of a text. */
  get steps(): Tensor | undefined {
    return this.#steps;
  }

  /**
   * Replaces what is remembered.
   *
   * @param steps [batch, steps, ...], borrowed
   */
  remember(steps: Tensor): void {
    this.#steps?.dispose();
    this.#steps = keep(steps.clone());
  }

  /** @inheritDoc */
  reorder(rows: Tensor1D): void {
    if (this.#steps !== undefined) tidy(() => this.remember(gather(this.#steps!, rows)));
  }

  /** @inheritDoc */
  dispose(): void {
    this.#steps?.dispose();
    this.#steps = undefined;
  }
}
