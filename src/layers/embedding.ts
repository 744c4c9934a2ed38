import type { Tensor } from '@tensorflow/tfjs-core';
import { type Initializer, Module, Parameter } from '../nn/index.js';
import { normal } from '../nn/initializers.js';
import { embeddingLookup } from '../ops/index.js';

/** What an `Embedding` takes besides its sizes. */
export interface EmbeddingConfig {
  /** How the rows start; normal with standard deviation 0.02 by default. */
  readonly initializer?: Initializer;
}

/** A learned vector for each id. ids, int32, of any shape [...] -> [..., size]; the weight is [rows, size]. */
export class Embedding extends Module {
  /** [rows, size], one vector for each id. */
  readonly weight: Parameter;

  constructor(rows: number, size: number, config: EmbeddingConfig = {}) {
    super();
    this.weight = new Parameter([rows, size], config.initializer ?? normal(0.02), { role: 'embedding' });
  }

  protected override forward(ids: Tensor): Tensor {
    return embeddingLookup(this.weight.operand, ids);
  }
}
