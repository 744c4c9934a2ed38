import { add, concat, matMul, mul, split, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type AttentionOptions, defaultScale, paddingMask } from './attention.js';
import { dispatchAll } from './kernel.js';
import { composedSoftmax } from './softmax.js';

/** Keys and values of some consecutive tokens. */
export interface KeyValueChunk {
  /** [batch, heads, tokens, headSize] */
  readonly key: Tensor;
  /** [batch, heads, tokens, headSize] */
  readonly value: Tensor;
}

/** What `chunkedAttention` takes besides queries, keys and values. A single new token sees every key. */
export interface ChunkedAttentionOptions extends Pick<AttentionOptions, 'mask' | 'bias' | 'scale'> {}

/** What `chunkedAttention` returns; the caller disposes both. */
export interface ChunkedAttentionOutput {
  /** [batch, heads, 1, headSize], the values weighed. */
  readonly context: Tensor;
  /** [batch, heads, 1, keys], probabilities 0..1, over the tokens of all chunks. */
  readonly weights: Tensor;
}

/**
 * Attention of one new token over keys and values that lie in several pieces, without joining the pieces. For use
 * without gradients, as in generation.
 *
 * @param query [batch, heads, 1, headSize]
 * @param chunks the keys and values of consecutive tokens, oldest first
 */
export function chunkedAttention(
  query: Tensor,
  chunks: readonly KeyValueChunk[],
  options: ChunkedAttentionOptions = {},
): ChunkedAttentionOutput {
  const { mask, bias, scale = defaultScale(query) } = options;
  const inputs: Record<string, Tensor | undefined> = { query, mask, bias };
  for (const [index, { key, value }] of chunks.entries()) {
    inputs[`key${index}`] = key;
    inputs[`value${index}`] = value;
  }
  return tidy(() => {
    const [context, weights] = dispatchAll('SesameChunkedAttention', inputs, { scale, chunks: chunks.length }, () =>
      composed(query, chunks, { mask, bias, scale }),
    );
    return { context: context!, weights: weights! };
  });
}

function composed(
  query: Tensor,
  chunks: readonly KeyValueChunk[],
  { mask, bias, scale }: ChunkedAttentionOptions & { scale: number },
): [context: Tensor, weights: Tensor] {
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
  return [context, weights];
}
