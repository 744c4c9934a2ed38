import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { defineKernel, type KernelTensors } from './kernelDefinition.js';
import {
  columnSumsSource,
  inputGradientSource,
  layerNormSource,
  type RowVariant,
  SUM_COLUMNS,
  SUM_LANES,
  statisticsSource,
} from './normSource.js';
import { float, int, runProgram, sameData, sizeOf, type Uniform, type WebgpuBackend, zeros } from './tfjsProgram.js';

/** Rows of this size and above get more invocations. */
const LONG_ROW = 1024;

interface NormAttributes {
  readonly epsilon: number;
}

/** layerNorm and its gradient, a workgroup to a row. */
export const normKernels: readonly KernelConfig[] = [
  defineKernel<KernelTensors<'x' | 'weight' | 'bias'>, NormAttributes>(
    'SesameLayerNorm',
    (backend, { x, weight, bias }, { epsilon }) => {
      const y = runOnRows(backend, {
        name: 'SesameLayerNorm',
        source: layerNormSource,
        inputs: { x, weight, bias },
        uniforms: { epsilon: float(epsilon) },
        outputShape: x.shape,
      });
      // The gradient makes mean and scale again: handing them on would take two more shaders in every call.
      return [y, sameData(backend, y), sameData(backend, y)];
    },
  ),
  defineKernel<KernelTensors<'dy' | 'x' | 'weight'>, NormAttributes>(
    'SesameLayerNormGrad',
    (backend, { dy, x, weight }, { epsilon }) => {
      const size = sizeOf(weight.shape);
      if (sizeOf(x.shape) === 0) return [x.shape, [size], [size]].map((shape) => zeros(backend, shape));
      const statistics = runOnRows(backend, {
        name: 'SesameLayerNormStatistics',
        source: statisticsSource,
        inputs: { x },
        uniforms: { epsilon: float(epsilon) },
        outputShape: [sizeOf(x.shape) / size, 2],
      });
      const dx = runOnRows(backend, {
        name: 'SesameLayerNormInputGrad',
        source: inputGradientSource,
        inputs: { x, weight, dy, statistics },
        uniforms: {},
        outputShape: x.shape,
      });
      const dWeight = sumColumns(backend, size, { dy, x, statistics });
      const dBias = sumColumns(backend, size, { dy });
      backend.disposeData(statistics.dataId);
      return [dx, dWeight, dBias];
    },
  ),
];

interface RowProgram {
  readonly name: string;
  readonly source: (variant: RowVariant) => string;
  readonly inputs: KernelTensors<'x'> & Readonly<Record<string, TensorInfo>>;
  readonly uniforms: Readonly<Record<string, Uniform>>;
  readonly outputShape: readonly number[];
}

/** Runs a shader with a workgroup to each row of x. */
function runOnRows(backend: WebgpuBackend, program: RowProgram): TensorInfo {
  const { x } = program.inputs;
  const size = x.shape[x.shape.length - 1]!;
  const rows = size === 0 ? 0 : sizeOf(x.shape) / size;
  const lanes = size < LONG_ROW ? 64 : 256;
  return runProgram(backend, {
    ...program,
    variant: { lanes },
    uniforms: { rows: int(rows), size: int(size), ...program.uniforms },
    workgroups: rows,
    workgroupSize: lanes,
  });
}

/** The sum over rows of dy, times the normalised x if there is one: the gradients of weight and bias. */
function sumColumns(
  backend: WebgpuBackend,
  size: number,
  inputs: KernelTensors<'dy'> & Partial<KernelTensors<'x' | 'statistics'>>,
): TensorInfo {
  return runProgram(backend, {
    name: 'SesameLayerNormColumnSums',
    variant: { normalized: inputs.x !== undefined },
    source: columnSumsSource,
    inputs: { ...inputs },
    uniforms: { rows: int(sizeOf(inputs.dy.shape) / size), size: int(size) },
    outputShape: [size],
    workgroups: Math.ceil(size / SUM_COLUMNS),
    workgroupSize: SUM_LANES,
  });
}
