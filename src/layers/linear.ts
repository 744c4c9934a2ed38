import type { Tensor } from '@tensorflow/tfjs-core';
import { type ForwardOptions, type Initializer, Module, Parameter } from '../nn/index.js';
import { glorotUniform, zeros } from '../nn/initializers.js';
import { type LinearOptions, linear } from '../ops/index.js';

/** What a `Linear` takes besides its sizes. */
export interface LinearConfig {
  /** Whether a bias is added; yes by default. */
  readonly bias?: boolean;
  /** How the weight starts; Glorot's uniform by default. The bias starts at 0. */
  readonly initializer?: Initializer | undefined;
}

/** What its call takes. */
export interface LinearCallOptions extends ForwardOptions, Pick<LinearOptions, 'activation' | 'residual'> {}

/** An affine map of the last axis. [..., in] -> [..., out]; the weight is [in, out]. */
export class Linear extends Module<Tensor, Tensor, LinearCallOptions> {
  /** [in, out], the transpose of what PyTorch stores. */
  readonly weight: Parameter;
  /** [out], or undefined without a bias; starts at 0. */
  readonly bias: Parameter | undefined;

  constructor(inSize: number, outSize: number, config: LinearConfig = {}) {
    super();
    this.weight = new Parameter([inSize, outSize], config.initializer ?? glorotUniform);
    this.bias = config.bias === false ? undefined : new Parameter([outSize], zeros);
  }

  protected override forward(x: Tensor, { activation, residual }: LinearCallOptions): Tensor {
    return linear(x, this.weight.operand, this.bias?.value, { activation, residual });
  }
}
