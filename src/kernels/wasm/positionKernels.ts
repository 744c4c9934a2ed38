import { checkShape } from './checkInputs.js';
import { defineKernel, type KernelDefinition, type KernelTensors } from './kernelDefinition.js';

/** Rotary positions, the causal convolution and its gradient. */
export const positionKernels: readonly KernelDefinition[] = [
  defineKernel<KernelTensors<'x' | 'cosine' | 'sine'>, { readonly direction: number }>(
    'SesameRotary',
    (runtime, { x, cosine, sine }, { direction }) => {
      const { heap } = runtime;
      const [batch, heads, time, size] = x.shape as [number, number, number, number];
      checkShape('rotary: cosine', cosine, [cosine.shape[0] === 1 ? 1 : batch, 1, time, size]);
      checkShape('rotary: sine', sine, cosine.shape);
      const y = heap.makeTensor(x.shape);
      const inputs = [x, cosine, sine].map((tensor) => heap.addressOf(tensor));
      const angles = cosine.shape[0] === 1 ? 0 : 4 * time * size;
      runtime.run('rotary', batch * heads * time, [heads, time, size, ...inputs, angles, direction, heap.addressOf(y)]);
      return y;
    },
  ),
  defineKernel<KernelTensors<'x' | 'taps'>, Convolution>(
    'SesameCausalConvolution',
    (runtime, { x, taps }, { residual }) => {
      const { heap } = runtime;
      const [batch, time, channels] = x.shape as [number, number, number];
      const y = heap.makeTensor(x.shape);
      const addresses = [x, taps, y].map((tensor) => heap.addressOf(tensor));
      const settings = [time, channels, taps.shape[0]!, Number(residual), ...addresses];
      runtime.run('causalConvolution', batch * time, settings);
      return y;
    },
  ),
  defineKernel<KernelTensors<'dy' | 'x' | 'taps'>, Convolution>(
    'SesameCausalConvolutionGrad',
    (runtime, { dy, x, taps }, { residual }) => {
      const { heap } = runtime;
      const [batch, time, channels] = x.shape as [number, number, number];
      const numTaps = taps.shape[0]!;
      const outputs = [heap.makeTensor(x.shape), heap.makeTensor(taps.shape)];
      const [ofDy, ofX, ofTaps] = [dy, x, taps].map((tensor) => heap.addressOf(tensor));
      const [dx, dTaps] = outputs.map((tensor) => heap.addressOf(tensor));
      const settings = [time, channels, numTaps, Number(residual), ofDy!, ofTaps!, dx!];
      runtime.run('causalConvolutionGrad', batch * time, settings);
      const blocks = numTaps * Math.ceil(channels / 4);
      runtime.run('causalConvolutionTapsGrad', blocks, [batch, time, channels, numTaps, ofDy!, ofX!, dTaps!]);
      return outputs;
    },
  ),
];

/** Whether x is added to its convolution. */
interface Convolution {
  readonly residual: boolean;
}
