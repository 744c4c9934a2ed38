import { add, concat, expandDims, mul, slice, type Tensor, zeros } from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors/index.js';
import { type ForwardOptions, type KeyValueCache, Module, Parameter, presentMask, RecentSteps } from '../nn/index.js';
import { zeros as allZeros } from '../nn/initializers.js';
import { causalConvolution } from '../ops/index.js';

/** What its call takes. */
export interface TokenShiftOptions extends ForwardOptions {
  /** [batch, past + time], 1 = a token, 0 = padding, which is mixed into nothing. */
  readonly attentionMask?: Tensor | undefined;
  /** Where the last few steps are remembered between calls. */
  readonly cache?: KeyValueCache | undefined;
}

/**
 * Adds to each step a learned mix of itself and the steps just before, channel by channel: a short causal depthwise
 * convolution whose taps start at 0. [batch, time, dModel] -> [batch, time, dModel]
 *
 * @see So et al. 2021 (Primer), https://arxiv.org/abs/2109.08668, which puts such a convolution after the projections
 */
export class TokenShift extends Module<Tensor, Tensor, TokenShiftOptions> {
  /** [numTaps, dModel], row k for the step k places back, row 0 for the present one; starts at 0. */
  readonly taps: Parameter;

  /** @param numTaps how many steps are mixed, the present one included: at least 2 */
  constructor(dModel: number, numTaps = 3) {
    super();
    if (!Number.isInteger(numTaps) || numTaps < 2) {
      throw new ConfigError(`TokenShift: numTaps ${numTaps} is not a whole number >= 2. Try 3.`, { value: numTaps });
    }
    this.taps = new Parameter([numTaps, dModel], allZeros, { role: 'vector' });
  }

  protected override forward(hiddenStates: Tensor, { cache, attentionMask }: TokenShiftOptions): Tensor {
    const taps = this.taps.value;
    const recent = cache?.stateOf(this, () => new RecentSteps());
    if (recent === undefined && attentionMask === undefined) {
      return causalConvolution(hiddenStates, taps, { residual: true });
    }
    const [batch, time, dModel] = hiddenStates.shape as [number, number, number];
    const pastLength = taps.shape[0]! - 1;
    const present =
      attentionMask === undefined
        ? hiddenStates
        : mul(hiddenStates, expandDims(presentMask(attentionMask, time, 'float32'), 2));
    const steps = concat([recent?.steps ?? zeros([batch, pastLength, dModel]), present], 1);
    recent?.remember(slice(steps, [0, time, 0], [batch, pastLength, dModel]));
    return add(hiddenStates, slice(causalConvolution(steps, taps), [0, pastLength, 0], [batch, time, dModel]));
  }
}
