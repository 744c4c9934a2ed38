import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { type ActivationName, activationSource, ENTRY_LANES } from './activationSource.js';
import { defineKernel, type KernelTensors } from './kernelDefinition.js';
import { int, runProgram, sizeOf, type WebgpuBackend } from './tfjsProgram.js';

const OPS = { SesameGelu: 'gelu', SesameGeluTanh: 'geluTanh', SesameRelu: 'relu', SesameSilu: 'silu' } as const;

/** gelu, geluTanh, relu and silu, and their gradients: an invocation to an entry, or to four. */
export const activationKernels: readonly KernelConfig[] = Object.entries(OPS).flatMap(([name, activation]) => [
  defineKernel<KernelTensors<'x'>>(name, (backend, { x }) => activate(backend, activation, { x })),
  defineKernel<KernelTensors<'dy' | 'x'>>(`${name}Grad`, (backend, { dy, x }) =>
    activate(backend, activation, { x, dy }),
  ),
]);

/** f(x), or with dy its gradient. */
function activate(
  backend: WebgpuBackend,
  activation: ActivationName,
  inputs: KernelTensors<'x'> & Partial<KernelTensors<'dy'>>,
): TensorInfo {
  const { shape } = inputs.x;
  const size = sizeOf(shape);
  const vector = size % 4 === 0;
  const entries = vector ? size / 4 : size;
  return runProgram(backend, {
    name: 'SesameActivation',
    variant: { activation, backward: inputs.dy !== undefined, vector },
    source: activationSource,
    inputs: { ...inputs },
    vectors: vector ? ['x', 'dy', 'result'] : [],
    uniforms: { entries: int(entries) },
    outputShape: shape,
    workgroups: Math.ceil(entries / ENTRY_LANES),
    workgroupSize: ENTRY_LANES,
  });
}
