import type { Tensor } from '@tensorflow/tfjs-core';
import {
  type Backbone,
  type BackboneOutput,
  type ForwardOptions,
  type LanguageModelOptions,
  type Loss,
  Module,
  type TokenBatch,
} from '../nn/index.js';
import type { Head } from './head.js';

/** What a model with a head returns: all that its backbone does, and logits. */
export interface HeadedOutput extends BackboneOutput {
  /** The head's answer: for a language model [batch, time, vocabSize]. */
  readonly logits: Tensor;
}

/** A backbone and a head as one model, which can be called, trained, saved and loaded. */
export class HeadedModel<Body extends Backbone, Top extends Head<Targets>, Targets extends object> extends Module<
  TokenBatch,
  HeadedOutput,
  LanguageModelOptions
> {
  /** Turns tokens into hidden states [batch, time, dModel]. */
  readonly backbone: Body;
  /** Turns hidden states into logits, and logits into a loss. */
  readonly head: Top;

  constructor(backbone: Body, head: Top) {
    super();
    this.backbone = backbone;
    this.head = head;
  }

  /** The backbone's configuration. */
  get config(): Body['config'] {
    return this.backbone.config;
  }

  protected override forward(batch: TokenBatch, options: LanguageModelOptions): HeadedOutput {
    const output = this.backbone.call(batch, options);
    return { ...output, logits: this.head.call(output, options) };
  }

  /**
   * The loss of a batch. Run it inside `tidy`, as `fit` does.
   *
   * @param batch tokens and what the head learns from
   */
  loss(batch: TokenBatch & Targets, options: ForwardOptions = {}): Loss {
    return this.head.loss(this.call(this.head.inputs(batch), options).logits, batch);
  }
}

/** Joins a backbone and a head; their weights are then named `backbone...` and `head...`. */
export function withHead<Body extends Backbone, Top extends Head<Targets>, Targets extends object>(
  backbone: Body,
  head: Top & Head<Targets>,
): HeadedModel<Body, Top, Targets> {
  return new HeadedModel<Body, Top, Targets>(backbone, head);
}
