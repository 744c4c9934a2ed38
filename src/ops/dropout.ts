import { clone, mul, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors/index.js';
import { hash32 } from './hash.js';
import { dispatch } from './kernel.js';
import { withGradient } from './withGradient.js';

/**
 * Zeroes each entry with probability `rate` and scales the others by 1 / (1 - rate), so that the expectation stays.
 * The same seed gives the same mask on every backend.
 *
 * @param x any shape
 * @param rate probability 0..1 (1 excluded)
 * @param seed 32-bit integer; draw a fresh one for every call
 * @returns the same shape
 * @throws ConfigError if the rate is outside [0, 1)
 * @see Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html
 */
export function dropout(x: Tensor, rate: number, seed: number): Tensor {
  checkDropoutRate('dropout', rate);
  if (rate === 0) return clone(x);
  // Both directions multiply by the same mask, which the seed makes again.
  const apply = (x: Tensor) =>
    dispatch('SesameDropout', { x }, { rate, seed }, () => mul(x, dropoutMask(x.shape, rate, seed)));
  return withGradient([x], { forward: () => apply(x), save: () => [] as const, backward: (dy) => [apply(dy)] });
}

/** @throws ConfigError if a dropout rate is not in [0, 1) */
export function checkDropoutRate(owner: string, rate: number): void {
  if (rate >= 0 && rate < 1) return;
  throw new ConfigError(`${owner}: dropout ${rate} is not a probability in [0, 1).\nTry 0.1, or 0 for none.`, {
    value: rate,
  });
}

/**
 * The factors of a dropout: 0 with probability `rate`, else 1 / (1 - rate). Entry i depends on the seed and i alone, so
 * a kernel can make it again without storing it.
 */
export function dropoutMask(shape: readonly number[], rate: number, seed: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const mask = new Float32Array(size);
  const threshold = rate * 2 ** 32;
  const scale = 1 / (1 - rate);
  for (let i = 0; i < size; i++) if (hash32(seed + Math.imul(i, 0x9e3779b9)) >= threshold) mask[i] = scale;
  return tensor(mask, [...shape], 'float32');
}
