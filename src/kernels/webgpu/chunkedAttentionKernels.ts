import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { biasUniforms } from './biasUniforms.js';
import {
  SCORE_LANES,
  SOFTMAX_LANES,
  SUM_COLUMNS,
  SUM_LANES,
  scoresSource,
  softmaxSource,
  weighingSource,
} from './chunkedAttentionSource.js';
import { defineKernel, type KernelTensors } from './kernelDefinition.js';
import { isVector } from './rowReader.js';
import { float, int, runProgram, type Uniform, type WebgpuBackend, zeros } from './tfjsProgram.js';

/** Chunks whose keys one shader reads, beside query, mask and bias: 7 buffers are what every device grants. */
const KEYS_AT_ONCE = 4;
/** Chunks whose values one shader reads, beside the weights. */
const VALUES_AT_ONCE = 6;

type ChunkedTensors = KernelTensors<'query'> &
  Partial<KernelTensors<'mask' | 'bias' | `key${number}` | `value${number}`>>;

interface Chunk {
  readonly key: TensorInfo;
  readonly value: TensorInfo;
  readonly length: number;
}

/** A call's sizes. */
interface ChunkedCall {
  readonly chunks: readonly Chunk[];
  readonly batch: number;
  readonly heads: number;
  readonly keys: number;
  readonly headSize: number;
  readonly valueSize: number;
  readonly scale: number;
}

/** attention of one query over chunks. */
export const chunkedAttentionKernels: readonly KernelConfig[] = [
  defineKernel<ChunkedTensors, { readonly scale: number; readonly chunks: number }>(
    'SesameChunkedAttention',
    (backend, inputs, { scale, chunks: count }) => {
      const [batch, heads, , headSize] = inputs.query.shape as [number, number, number, number];
      const chunks = Array.from({ length: count }, (_, index) => {
        const [key, value] = [inputs[`key${index}`]!, inputs[`value${index}`]!];
        return { key, value, length: key.shape[2]! };
      }).filter(({ length }) => length > 0);
      const keys = chunks.reduce((sum, { length }) => sum + length, 0);
      const valueSize = inputs.value0!.shape[3]!;
      if (keys === 0) return [valueSize, 0].map((size) => zeros(backend, [batch, heads, 1, size]));
      const call = { chunks, batch, heads, keys, headSize, valueSize, scale };
      const scores = scoresOf(backend, inputs, call);
      const weights = runProgram(backend, {
        name: 'SesameChunkedSoftmax',
        variant: {},
        source: softmaxSource,
        inputs: { scores },
        uniforms: { slices: int(batch * heads), keys: int(keys) },
        outputShape: [batch, heads, 1, keys],
        workgroups: batch * heads,
        workgroupSize: SOFTMAX_LANES,
      });
      backend.disposeData(scores.dataId);
      return [weigh(backend, weights, call), weights];
    },
  ),
];

/** [batch, heads, 1, keys]; hidden ones are a number that no other score is. */
function scoresOf(backend: WebgpuBackend, { query, mask, bias }: ChunkedTensors, call: ChunkedCall): TensorInfo {
  const { batch, heads, keys, headSize, scale } = call;
  let scores: TensorInfo | undefined;
  for (const { chunks, start, length } of grouped(call.chunks, KEYS_AT_ONCE)) {
    const names = chunks.map(({ key }, index) => [`key${index}`, key] as const);
    scores = runProgram(backend, {
      name: 'SesameChunkedScores',
      variant: { chunks: chunks.length, headSize, masked: mask !== undefined, biased: bias !== undefined },
      source: scoresSource,
      inputs: { query, ...Object.fromEntries(names), ...(mask && { mask }), ...(bias && { bias }) },
      vectors: isVector(headSize) ? ['query', ...names.map(([name]) => name)] : [],
      uniforms: {
        slices: int(batch * heads),
        heads: int(heads),
        queries: int(1),
        keys: int(keys),
        scale: float(scale),
        start: int(start),
        ...lengthsOf(chunks),
        ...biasUniforms(bias),
      },
      outputShape: [batch, heads, 1, keys],
      into: scores,
      workgroups: batch * heads * Math.ceil(length / SCORE_LANES),
      workgroupSize: SCORE_LANES,
    });
  }
  return scores!; // there is a chunk
}

/** The sums of values times weights, [batch, heads, 1, valueSize]. */
function weigh(backend: WebgpuBackend, weights: TensorInfo, call: ChunkedCall): TensorInfo {
  const { batch, heads, keys, valueSize } = call;
  let context: TensorInfo | undefined;
  for (const { chunks, start } of grouped(call.chunks, VALUES_AT_ONCE)) {
    context = runProgram(backend, {
      name: 'SesameChunkedContext',
      variant: { chunks: chunks.length, valueSize, further: context !== undefined },
      source: weighingSource,
      inputs: { weights, ...Object.fromEntries(chunks.map(({ value }, index) => [`value${index}`, value])) },
      uniforms: { slices: int(batch * heads), keys: int(keys), start: int(start), ...lengthsOf(chunks) },
      outputShape: [batch, heads, 1, valueSize],
      into: context,
      workgroups: batch * heads * Math.ceil(valueSize / SUM_COLUMNS),
      workgroupSize: SUM_LANES,
    });
  }
  return context!; // there is a chunk
}

/** Chunks, a few at a time, with the number of each group's first key among all and how many keys it has. */
function grouped(chunks: readonly Chunk[], count: number) {
  const groups: { readonly chunks: readonly Chunk[]; readonly start: number; readonly length: number }[] = [];
  let start = 0;
  for (let first = 0; first < chunks.length; first += count) {
    const group = chunks.slice(first, first + count);
    const length = group.reduce((sum, { length }) => sum + length, 0);
    groups.push({ chunks: group, start, length });
    start += length;
  }
  return groups;
}

function lengthsOf(chunks: readonly Chunk[]): Readonly<Record<string, Uniform>> {
  return Object.fromEntries(chunks.map(({ length }, index) => [`length${index}`, int(length)]));
}
