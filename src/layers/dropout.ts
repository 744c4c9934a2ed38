import { clone, type Tensor } from '@tensorflow/tfjs-core';
import { type ForwardOptions, Module, RandomStream } from '../nn/index.js';
import { checkDropoutRate, dropout } from '../ops/index.js';

/**
 * Zeroes entries with probability `rate` in training, and passes everything on otherwise. [...] -> [...]
 *
 * @see Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html
 */
export class Dropout extends Module {
  /** Probability 0..1 (1 excluded) that an entry becomes 0 in training. */
  readonly rate: number;

  /** @param rate probability 0..1 (1 excluded) */
  constructor(rate: number) {
    super();
    checkDropoutRate('Dropout', rate);
    this.rate = rate;
  }

  protected override forward(x: Tensor, { training, random }: ForwardOptions): Tensor {
    if (!training || this.rate === 0) return clone(x);
    return dropout(x, this.rate, (random ?? RandomStream.unseeded()).nextSeed());
  }
}
