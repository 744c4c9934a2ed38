import { add, concat, matMul, mul, split, type Tensor } from '@tensorflow/tfjs-core';
import { type AttentionOptions, paddingMask } from './attention.js';
import { composedSoftmax } from './softmax.js';

/**
 * Attention of one new token over keys and values that lie in several pieces, without joining the pieces. For use
 * without gradients, as in generation.
 *
 * @param query [batch, heads, 1, headSize]
 * @param chunks the keys and values of consecutive tokens, oldest first, each [batch, heads, tokens, headSize]
 * @returns the context [batch, heads, 1, headSize] and the weights [batch, heads, 1, keys]
 */
export function chunkedAttention(
  query: Tensor,
  chunks: readonly { readonly key: Tensor; readonly value: Tensor }[],
  options: Pick<AttentionOptions, 'mask' | 'bias' | 'scale'> = {},
): { context: Tensor; weights: Tensor } {
  const { mask, bias, scale = 1 / Math.sqrt(query.shape[3]!) } = options;
  const scaled = mul(query, scale);
  const scores = concat(
    chunks.map(({ key }) => matMul(scaled, key, false, true)),
    3,
  );
  const weights = composedSoftmax(bias === undefined ? scores : add(scores, bias), mask && paddingMask(mask));
  const parts = split(
    weights,
    chunks.map(({ key }) => key.shape[2]!),
    3,
  );
  const context = chunks.map(({ value }, index) => matMul(parts[index]!, value)).reduce((sum, part) => add(sum, part));
  return { context, weights };
}
