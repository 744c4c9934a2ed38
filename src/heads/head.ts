import type { Tensor } from '@tensorflow/tfjs-core';
import { type BackboneOutput, type LanguageModelOptions, type Loss, Module, type TokenBatch } from '../nn/index.js';

/**
 * What turns a backbone's hidden states into logits, and logits into a loss. Any head fits any backbone.
 *
 * `Targets` is what a batch carries besides its tokens, such as labels.
 */
export abstract class Head<Targets extends object> extends Module<BackboneOutput, Tensor, LanguageModelOptions> {
  /** The loss of the logits that `inputs(batch)` led to. */
  abstract loss(logits: Tensor, batch: TokenBatch & Targets): Loss;

  /** What the backbone reads to be trained on a batch: its tokens, unless a head says otherwise. */
  inputs(batch: TokenBatch & Targets): TokenBatch {
    return batch;
  }
}
