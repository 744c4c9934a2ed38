import { defineKernel, type KernelDefinition, type KernelTensors, rowsOf } from './kernelDefinition.js';
import { SUM_COLUMNS } from './sumKernels.js';

interface NormAttributes {
  readonly epsilon: number;
}

/** layerNorm and rmsNorm, and their gradients. */
export const normKernels: readonly KernelDefinition[] = [
  defineKernel<KernelTensors<'x' | 'weight' | 'bias'>, NormAttributes>(
    'SesameLayerNorm',
    (runtime, { x, weight, bias }, { epsilon }) => {
      const { heap } = runtime;
      const { rows, size } = rowsOf(x);
      const outputs = [x.shape, oneEach(x.shape), oneEach(x.shape)].map((shape) => heap.makeTensor(shape));
      const [ofX, ofWeight, ofBias] = [x, weight, bias].map((tensor) => heap.addressOf(tensor));
      const addresses = outputs.map((tensor) => heap.addressOf(tensor));
      runtime.run('layerNorm', rows, [size, ofX!, ofWeight!, ofBias!, epsilon, ...addresses]);
      return outputs;
    },
  ),
  defineKernel<KernelTensors<'dy' | 'x' | 'weight' | 'mean' | 'scale'>>(
    'SesameLayerNormGrad',
    (runtime, { dy, x, weight, mean, scale }) => {
      const { heap } = runtime;
      const { rows, size } = rowsOf(x);
      const outputs = [x.shape, [size], [size]].map((shape) => heap.makeTensor(shape));
      const [dx, dWeight, dBias] = outputs.map((tensor) => heap.addressOf(tensor));
      const [ofDy, ofX, ofWeight, means, scales] = [dy, x, weight, mean, scale].map((tensor) => heap.addressOf(tensor));
      runtime.run('normGrad', rows, [size, ofDy!, ofX!, ofWeight!, means!, scales!, dx!]);
      const blocks = Math.ceil(size / SUM_COLUMNS);
      runtime.run('normWeightGrad', blocks, [rows, size, ofDy!, ofX!, means!, scales!, dWeight!, dBias!]);
      return outputs;
    },
  ),
  defineKernel<KernelTensors<'x' | 'weight'>, NormAttributes>(
    'SesameRmsNorm',
    (runtime, { x, weight }, { epsilon }) => {
      const { heap } = runtime;
      const { rows, size } = rowsOf(x);
      const outputs = [x.shape, oneEach(x.shape)].map((shape) => heap.makeTensor(shape));
      const [y, scales] = outputs.map((tensor) => heap.addressOf(tensor));
      runtime.run('rmsNorm', rows, [size, heap.addressOf(x), heap.addressOf(weight), epsilon, y!, scales!]);
      return outputs;
    },
  ),
  defineKernel<KernelTensors<'dy' | 'x' | 'weight' | 'scale'>>(
    'SesameRmsNormGrad',
    (runtime, { dy, x, weight, scale }) => {
      const { heap } = runtime;
      const { rows, size } = rowsOf(x);
      const outputs = [x.shape, [size]].map((shape) => heap.makeTensor(shape));
      const [dx, dWeight] = outputs.map((tensor) => heap.addressOf(tensor));
      const [ofDy, ofX, ofWeight, scales] = [dy, x, weight, scale].map((tensor) => heap.addressOf(tensor));
      runtime.run('normGrad', rows, [size, ofDy!, ofX!, ofWeight!, 0, scales!, dx!]);
      runtime.run('normWeightGrad', Math.ceil(size / SUM_COLUMNS), [rows, size, ofDy!, ofX!, 0, scales!, dWeight!, 0]);
      return outputs;
    },
  ),
];

/** [..., size] -> [..., 1] */
function oneEach(shape: readonly number[]): number[] {
  return [...shape.slice(0, -1), 1];
}
