import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { INT8_LANES, type Int8FloatsVariant, int8FloatsSource, int8ProductSource, OUTPUTS } from './int8Source.js';
import { wordsOf } from './int8Words.js';
import { defineKernel, type KernelTensors } from './kernelDefinition.js';
import { multiplyAndFinish } from './linearKernels.js';
import type { LinearActivation } from './linearSource.js';
import { isVector } from './rowReader.js';
import { int, runProgram, sizeOf, type WebgpuBackend } from './tfjsProgram.js';

/** With more rows than this, the weights become floats first: tfjs's products use each of them for many rows. */
const FEW_ROWS = 8;

type Weights = KernelTensors<'codes' | 'scales'>;
type Ends = Partial<KernelTensors<'bias' | 'residual'>>;

/** Products with 8-bit weights, rows of them by their numbers, and the floats that they stand for. */
export const int8Kernels: readonly KernelConfig[] = [
  defineKernel<
    Weights & KernelTensors<'x'> & Ends,
    { readonly outputs: number; readonly activation?: LinearActivation }
  >('SesameInt8Linear', (backend, { x, codes, scales, bias, residual }, { outputs, activation = 'none' }) => {
    const ends = { ...(bias && { bias }), ...(residual && { residual }) };
    const lead = x.shape.slice(0, -1);
    const inputs = x.shape[x.shape.length - 1]!;
    const rows = sizeOf(lead);
    if (rows > FEW_ROWS) {
      const weight = floats(backend, { codes, scales, inputsLast: false }, [inputs, outputs]);
      const output = multiplyAndFinish(backend, { x, weight, ...ends }, { transposeWeight: false, activation });
      backend.disposeData(weight.dataId);
      return output;
    }
    return runProgram(backend, {
      name: 'SesameInt8Product',
      variant: { inputs, rows, activation, biased: bias !== undefined, added: residual !== undefined },
      source: int8ProductSource,
      inputs: { x, words: wordsOf(backend, codes), scales, ...ends },
      vectors: isVector(inputs) ? ['x', 'words'] : ['words'],
      uniforms: { outputs: int(outputs) },
      outputShape: [...lead, outputs],
      workgroups: Math.ceil(outputs / OUTPUTS),
      workgroupSize: INT8_LANES,
    });
  }),
  defineKernel<Weights & KernelTensors<'ids'>, { readonly inputs: number }>(
    'SesameInt8Lookup',
    (backend, { codes, scales, ids }, { inputs }) =>
      floats(backend, { codes, scales, ids, inputsLast: true }, [...ids.shape, inputs]),
  ),
  defineKernel<Weights, { readonly first: number; readonly second: number; readonly outputAxis: number }>(
    'SesameInt8Decode',
    (backend, { codes, scales }, { first, second, outputAxis }) =>
      floats(backend, { codes, scales, inputsLast: outputAxis === 0 }, [first, second]),
  ),
];

/** The weights as floats: all, or those of the outputs `ids`. */
function floats(
  backend: WebgpuBackend,
  { codes, scales, ids, inputsLast }: Weights & Partial<KernelTensors<'ids'>> & Pick<Int8FloatsVariant, 'inputsLast'>,
  shape: readonly number[],
): TensorInfo {
  const inputs = inputsLast ? shape[shape.length - 1]! : shape[0]!;
  const size = sizeOf(shape);
  return runProgram(backend, {
    name: 'SesameInt8Floats',
    variant: { byIds: ids !== undefined, inputsLast },
    source: int8FloatsSource,
    inputs: { words: wordsOf(backend, codes), scales, ...(ids && { ids }) },
    uniforms: { inputs: int(inputs), outputs: int(inputs === 0 ? 0 : size / inputs) },
    outputShape: shape,
    workgroups: Math.ceil(size / INT8_LANES),
    workgroupSize: INT8_LANES,
  });
}
