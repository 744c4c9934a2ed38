import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { biasGradientSource } from './attentionBiasGradientSource.js';
import { contextSource, statisticsSource } from './attentionForwardSource.js';
import { type GradientVariant, gradientSource } from './attentionGradientSource.js';
import { FEW_QUERIES_LANES, fewQueriesSource } from './attentionOfFewQueriesSource.js';
import { type AttentionVariant, LANES, TILE } from './attentionTileSource.js';
import { biasShape, biasUniforms } from './biasUniforms.js';
import { defineKernel, type KernelTensors } from './kernelDefinition.js';
import { isVector } from './rowReader.js';
import {
  float,
  int,
  runProgram,
  sameData,
  sizeOf,
  type Uniform,
  unsigned,
  type WebgpuBackend,
  zeros,
} from './tfjsProgram.js';

/** Fewer queries than this get a workgroup each: a tile of 32 would be mostly empty. */
const ROWS_THAT_REPAY_A_TILE = 8;

type Projections = KernelTensors<'query' | 'key' | 'value'> & Partial<KernelTensors<'mask' | 'bias'>>;

interface AttentionAttributes {
  readonly causal: boolean;
  readonly scale: number;
  readonly dropoutRate: number;
  readonly dropoutSeed: number;
}

/** attention and its gradient. Neither holds a [queries, keys] matrix: the gradient makes the weights again, by tiles. */
export const attentionKernels: readonly KernelConfig[] = [
  defineKernel<Projections, AttentionAttributes>('SesameAttention', (backend, inputs, attributes) => {
    const context = contextOf(backend, inputs, describe(inputs, attributes));
    // The gradient makes all that it needs again: handing something on would take a second shader in every call.
    return [context, sameData(backend, context)];
  }),
  defineKernel<Projections & KernelTensors<'dy' | 'context'>, AttentionAttributes>(
    'SesameAttentionGrad',
    (backend, inputs, attributes) => gradientsOf(backend, inputs, describe(inputs, attributes)),
  ),
];

/** A call's sizes, and what its shaders depend on. */
interface AttentionCall {
  readonly variant: AttentionVariant;
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly uniforms: Readonly<Record<string, Uniform>>;
  /** Mask and bias, as far as there are any. */
  readonly masks: Readonly<Record<string, TensorInfo>>;
}

function describe({ query, value, mask, bias }: Projections, attributes: AttentionAttributes): AttentionCall {
  const [batch, heads, queries, headSize] = query.shape as [number, number, number, number];
  const [keys, valueSize] = value.shape.slice(2) as [number, number];
  const { causal, scale, dropoutRate, dropoutSeed } = attributes;
  const dropout = dropoutRate > 0;
  return {
    variant: { headSize, valueSize, causal, masked: mask !== undefined, biased: bias !== undefined, dropout },
    batch,
    heads,
    queries,
    keys,
    uniforms: {
      slices: int(batch * heads),
      heads: int(heads),
      queries: int(queries),
      keys: int(keys),
      scale: float(scale),
      ...biasUniforms(bias),
      ...(dropout && {
        dropoutSeed: unsigned(dropoutSeed),
        dropoutThreshold: unsigned(Math.min(Math.ceil(dropoutRate * 2 ** 32), 2 ** 32 - 1)),
        dropoutScale: float(1 / (1 - dropoutRate)),
      }),
    },
    masks: { ...(mask && { mask }), ...(bias && { bias }) },
  };
}

function contextOf(backend: WebgpuBackend, { query, key, value }: Projections, call: AttentionCall): TensorInfo {
  const { variant, batch, heads, queries, keys, uniforms, masks } = call;
  const outputShape = [batch, heads, queries, variant.valueSize];
  if (keys === 0) return zeros(backend, outputShape);
  const common = { variant, inputs: { query, key, value, ...masks }, uniforms, outputShape };
  if (queries < ROWS_THAT_REPAY_A_TILE) {
    return runProgram(backend, {
      ...common,
      name: 'SesameAttentionOfFewQueries',
      source: fewQueriesSource,
      vectors: isVector(variant.headSize) ? ['query', 'key'] : [],
      workgroups: batch * heads * queries,
      workgroupSize: FEW_QUERIES_LANES,
    });
  }
  return runProgram(backend, {
    ...common,
    name: 'SesameAttention',
    source: contextSource,
    vectors: vectorsOf(variant, { result: variant.valueSize }),
    workgroups: batch * heads * Math.ceil(queries / TILE),
    workgroupSize: LANES,
  });
}

function gradientsOf(
  backend: WebgpuBackend,
  { query, key, value, bias, dy, context }: Projections & KernelTensors<'dy' | 'context'>,
  call: AttentionCall,
): TensorInfo[] {
  const { variant, batch, heads, queries, keys, uniforms, masks } = call;
  const { headSize, valueSize } = variant;
  const inputs = [query, key, value, ...(bias ? [bias] : [])];
  if ([query, key, value].some(({ shape }) => sizeOf(shape) === 0)) {
    return inputs.map(({ shape }) => zeros(backend, shape));
  }
  const slices = batch * heads;
  const statistics = runProgram(backend, {
    name: 'SesameAttentionStatistics',
    variant,
    source: statisticsSource,
    inputs: { query, key, dy, context, ...masks },
    vectors: vectorsOf(variant, { result: 4 }),
    uniforms,
    outputShape: [slices, queries, 4],
    workgroups: slices * Math.ceil(queries / TILE),
    workgroupSize: LANES,
  });
  const gradientOf = (of: GradientVariant['of']) =>
    runProgram(backend, {
      name: 'SesameAttentionGrad',
      variant: { ...variant, of },
      source: gradientSource,
      inputs: { query, key, ...(of === 'value' ? {} : { value }), dy, statistics, ...masks },
      vectors: vectorsOf(variant, { statistics: 4, result: of === 'value' ? valueSize : headSize }),
      uniforms,
      outputShape: { query, key, value }[of].shape,
      workgroups: slices * Math.ceil((of === 'query' ? queries : keys) / TILE),
      workgroupSize: LANES,
    });
  const gradients = [gradientOf('query'), gradientOf('key'), gradientOf('value')];
  if (bias !== undefined) {
    const [biasBatches, biasHeads, biasQueries, biasKeys] = biasShape(bias);
    const tiles = (length: number) => Math.ceil(length / TILE);
    gradients.push(
      runProgram(backend, {
        name: 'SesameAttentionBiasGrad',
        variant: { ...variant, sharedByQueries: biasQueries === 1, sharedByKeys: biasKeys === 1 },
        source: biasGradientSource,
        inputs: { query, key, value, dy, statistics, ...masks },
        vectors: vectorsOf(variant, { statistics: 4 }),
        uniforms: {
          ...uniforms,
          biasSlices: int(biasBatches * biasHeads),
          biasHeads: int(biasHeads),
          servedBatches: int(batch / biasBatches),
          servedHeads: int(heads / biasHeads),
        },
        outputShape: bias.shape,
        workgroups: biasBatches * biasHeads * tiles(biasQueries) * tiles(biasKeys),
        workgroupSize: LANES,
      }),
    );
  }
  backend.disposeData(statistics.dataId);
  return gradients;
}

/** The buffers that are read and written four numbers at a time. */
function vectorsOf({ headSize, valueSize }: AttentionVariant, others: Readonly<Record<string, number>>): string[] {
  const sizes = { query: headSize, key: headSize, value: valueSize, dy: valueSize, context: valueSize, ...others };
  return Object.entries(sizes).flatMap(([name, size]) => (isVector(size) ? [name] : []));
}
