import { add, concat, mul, neg, slice, type Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors/index.js';
import { dispatch } from './kernel.js';
import { withGradient } from './withGradient.js';

/**
 * Rotary position embedding: turns each pair (i, i + size / 2) of the last axis by its position's angle.
 *
 * @param x [batch, heads, time, size], size even
 * @param cosine [batch or 1, 1, time, size], the angles' cosines, both halves alike
 * @param sine as `cosine`
 * @returns x's shape
 * @throws ShapeError if x has not four axes, or an odd size
 * @see Su et al. 2021, https://arxiv.org/abs/2104.09864 (halves paired as in GPT-NeoX and Llama)
 */
export function rotary(x: Tensor, cosine: Tensor, sine: Tensor): Tensor {
  if (x.rank !== 4 || x.shape[3]! % 2 !== 0) {
    throw new ShapeError(
      `rotary: x is [${x.shape.join(', ')}].\nIt must be [batch, heads, time, size] with an even size: numbers are turned in pairs.`,
      { value: x.shape },
    );
  }
  const turn = (x: Tensor, cosine: Tensor, sine: Tensor, direction: 1 | -1) =>
    dispatch('SesameRotary', { x, cosine, sine }, { direction }, () => {
      const turned = mul(quarterTurn(x), sine);
      return add(mul(x, cosine), direction === 1 ? turned : neg(turned));
    });
  return withGradient([x], {
    forward: () => turn(x, cosine, sine, 1),
    save: () => [cosine, sine] as const,
    backward: (dy, [cosine, sine]) => [turn(dy, cosine, sine, -1)],
  });
}

/** (first half, second half) -> (-second half, first half): every pair turned by 90 degrees. */
function quarterTurn(x: Tensor): Tensor {
  const half = x.shape[3]! / 2;
  const [first, second] = [slice(x, [0, 0, 0, 0], [-1, -1, -1, half]), slice(x, [0, 0, 0, half], [-1, -1, -1, half])];
  return concat([neg(second), first], -1);
}
