import type { TensorInfo } from '@tensorflow/tfjs-core';
import { int, type Uniform } from './tfjsProgram.js';

/** The bias of attention with four axes. */
export function biasShape(bias: TensorInfo | undefined): [batch: number, heads: number, queries: number, keys: number] {
  return [1, 1, 1, 1, ...(bias?.shape ?? [])].slice(-4) as [number, number, number, number];
}

/** The step in the bias from one batch, head, query or key to the next: 0 along an axis that all share. */
export function biasUniforms(bias: TensorInfo | undefined): Readonly<Record<string, Uniform>> {
  if (bias === undefined) return {};
  const [batch, heads, queries, keys] = biasShape(bias);
  const step = (length: number, inner: number) => int(length === 1 ? 0 : inner);
  return {
    biasBatch: step(batch, heads * queries * keys),
    biasHead: step(heads, queries * keys),
    biasQuery: step(queries, keys),
    biasKey: step(keys, 1),
  };
}
