// What the suite `kernels` measures: names, sizes and inputs, the same for every contender.
import type { Measure } from '../harness/measure.js';

/** The sizes of the inputs. */
export const SIZES = {
  /** [rows, inner] · [inner, columns] */
  product: { rows: 1024, inner: 768, columns: 3072 },
  /** A score matrix for each head: [heads, time, size] · [heads, time, size]ᵀ */
  scores: { heads: 12, time: 256, size: 64 },
  /** A weight's gradient: [inner, rows]ᵀ · [inner, columns] */
  weightGradient: { rows: 192, inner: 1024, columns: 768 },
  gelu: { rows: 1024, columns: 3072 },
  layerNorm: { rows: 1024, size: 768 },
  attention: { heads: 12, time: 256, headSize: 64 },
  adamW: { rows: 768, columns: 3072 },
  embedding: { ids: 1024, rows: 65, size: 192 },
  crossEntropy: { positions: 1024, classes: 65 },
} as const;

/** The settings of AdamW, at its first step. */
export const ADAM_W = { learningRate: 1e-3, weightDecay: 0.01, betas: [0.9, 0.999], epsilon: 1e-8 } as const;

/** The epsilon of layerNorm. */
export const NORM_EPSILON = 1e-5;

const { product, scores, weightGradient } = SIZES;

/** The operations, by name. */
export const OPERATIONS = {
  product: {
    label: `product ${product.rows}x${product.columns}x${product.inner}`,
    unit: 'GFLOP/s',
    work: 2 * product.rows * product.inner * product.columns,
  },
  scores: {
    label: `${scores.heads} products ${scores.time}x${scores.time}x${scores.size}, B transposed`,
    unit: 'GFLOP/s',
    work: 2 * scores.heads * scores.time ** 2 * scores.size,
  },
  weightGradient: {
    label: `product ${weightGradient.rows}x${weightGradient.columns}x${weightGradient.inner}, A transposed`,
    unit: 'GFLOP/s',
    work: 2 * weightGradient.rows * weightGradient.inner * weightGradient.columns,
  },
  gelu: { label: 'gelu (tanh) 1024x3072', unit: 'ms' },
  geluBackward: { label: 'gelu with backward', unit: 'ms' },
  layerNorm: { label: 'layerNorm 1024x768', unit: 'ms' },
  layerNormBackward: { label: 'layerNorm with backward', unit: 'ms' },
  attention: { label: 'causal attention, 256 tokens, 12x64', unit: 'ms' },
  attentionBackward: { label: 'attention with backward', unit: 'ms' },
  adamW: { label: 'AdamW, 2.36M parameters', unit: 'ms' },
  embeddingGradient: { label: 'embedding gradient, 1024 ids, 65x192', unit: 'ms' },
  crossEntropy: { label: 'cross-entropy with backward, 1024x65', unit: 'ms' },
} as const satisfies Readonly<Record<string, Omit<Measure, 'name'>>>;

/** The name of an operation. */
export type OperationName = keyof typeof OPERATIONS;

/** Numbers in [-1, 1) that look random and are the same for every contender. */
export function numbers(seed: number, count: number): Float32Array {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 0x80000000;
  });
}

/** Numbers of a result, evenly spread and few enough to be handed around. */
export function excerpt(result: Float32Array): Float32Array {
  const step = Math.ceil(result.length / 2000) | 1; // odd, so as not to look at one column only
  return Float32Array.from({ length: Math.ceil(result.length / step) }, (_, index) => result[index * step]!);
}
