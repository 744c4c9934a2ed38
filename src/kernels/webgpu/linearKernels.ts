import { _FusedMatMul, getKernel, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core';
import { ENTRY_LANES } from './activationSource.js';
import { BACKEND, defineKernel, type KernelTensors } from './kernelDefinition.js';
import { type LinearActivation, linearEndSource } from './linearSource.js';
import { int, runProgram, sizeOf, type WebgpuBackend, withShape } from './tfjsProgram.js';

type LinearTensors = KernelTensors<'x' | 'weight'> & Partial<KernelTensors<'bias' | 'residual'>>;

interface LinearAttributes {
  readonly transposeWeight: boolean;
  readonly activation?: LinearActivation;
}

/** x · weight by tfjs's own shaders, which know many devices, and one more for all that comes after it. */
export const linearKernels: readonly KernelConfig[] = [
  defineKernel<LinearTensors, LinearAttributes>('SesameLinear', multiplyAndFinish),
];

/** activation(x · weight + bias + residual) */
export function multiplyAndFinish(
  backend: WebgpuBackend,
  inputs: LinearTensors,
  { transposeWeight, activation = 'none' }: LinearAttributes,
): TensorInfo {
  const { x, weight, residual } = inputs;
  if (residual === undefined && activation === 'none') return multiply(backend, inputs, transposeWeight);
  const product = multiply(backend, { x, weight }, transposeWeight);
  const output = finish(backend, product, inputs, activation);
  backend.disposeData(product.dataId);
  return output;
}

/** x · weight + bias */
function multiply(
  backend: WebgpuBackend,
  inputs: Omit<LinearTensors, 'residual'>,
  transposeWeight: boolean,
): TensorInfo {
  const { x, weight, bias } = inputs;
  const lead = x.shape.slice(0, -1);
  const [inSize, outSize] = transposeWeight
    ? [weight.shape[1]!, weight.shape[0]!]
    : [weight.shape[0]!, weight.shape[1]!];
  const product = getKernel(_FusedMatMul, BACKEND).kernelFunc({
    inputs: { a: withShape(x, [sizeOf(lead), inSize]), b: weight, ...(bias && { bias }) },
    attrs: { transposeA: false, transposeB: transposeWeight },
    backend,
  });
  return withShape(product as TensorInfo, [...lead, outSize]);
}

/** activation(product + bias + residual) */
function finish(
  backend: WebgpuBackend,
  product: TensorInfo,
  { bias, residual }: LinearTensors,
  activation: LinearActivation,
): TensorInfo {
  const columns = product.shape[product.shape.length - 1]!;
  const vector = columns % 4 === 0;
  const width = vector ? 4 : 1;
  const entries = sizeOf(product.shape) / width;
  return runProgram(backend, {
    name: 'SesameLinearEnd',
    variant: { activation, biased: bias !== undefined, added: residual !== undefined, vector },
    source: linearEndSource,
    inputs: { product, ...(bias && { bias }), ...(residual && { residual }) },
    vectors: vector ? ['product', 'bias', 'residual', 'result'] : [],
    uniforms: { entries: int(entries), columns: int(columns / width) },
    outputShape: product.shape,
    workgroups: Math.ceil(entries / ENTRY_LANES),
    workgroupSize: ENTRY_LANES,
  });
}
