/** PyTorch's guard against a division by zero, kept so that clipped gradients are the same. */
const EPSILON = 1e-6;

/**
 * What to multiply gradients by so that their norm is at most `clipNorm`: 1 for those that are small enough.
 *
 * @param norm Euclidean norm of all gradients as one vector
 * @param clipNorm the largest norm that is left alone; Infinity for no clipping
 * @see Pascanu et al. 2013, https://arxiv.org/abs/1211.5063
 */
export function clippingScale(norm: number, clipNorm: number): number {
  return Math.min(1, clipNorm / (norm + EPSILON));
}
