import { defineKernel, type KernelDefinition, type KernelTensors, sizeOf } from './kernelDefinition.js';

/** Rotary positions, the causal convolution and its gradient. */
export const positionKernels: readonly KernelDefinition[] = [
  defineKernel<KernelTensors<'x' | 'cosine' | 'sine'>, { readonly direction: number }>(
    'SesameRotary',
    (runtime, { x, cosine, sine }, { direction }) => {
      const { heap } = runtime;
      const [batch, heads, time, size] = x.shape as [number, number, number, number];
      const y = heap.makeTensor(x.shape);
      const inputs = [x, cosine, sine].map((tensor) => heap.addressOf(tensor));
      const angles = cosine.shape[0] === 1 ? 0 : 4 * time * size;
      runtime.run('rotary', batch * heads * time, [heads, time, size, ...inputs, angles, direction, heap.addressOf(y)]);
      return y;
    },
  ),
  defineKernel<KernelTensors<'x' | 'taps'>>('SesameCausalConvolution', (runtime, { x, taps }) => {
    const { heap } = runtime;
    const [batch, steps, channels] = x.shape as [number, number, number];
    const numTaps = taps.shape[0]!;
    const time = steps - numTaps + 1;
    const y = heap.makeTensor([batch, time, channels]);
    const addresses = [x, taps, y].map((tensor) => heap.addressOf(tensor));
    runtime.run('causalConvolution', batch * time, [time, channels, numTaps, ...addresses]);
    return y;
  }),
  defineKernel<KernelTensors<'dy' | 'x' | 'taps'>>('SesameCausalConvolutionGrad', (runtime, { dy, x, taps }) => {
    const { heap } = runtime;
    const [batch, time, channels] = dy.shape as [number, number, number];
    const numTaps = taps.shape[0]!;
    const outputs = [heap.makeTensor(x.shape), heap.makeTensor(taps.shape)];
    const [ofDy, ofX, ofTaps] = [dy, x, taps].map((tensor) => heap.addressOf(tensor));
    const [dx, dTaps] = outputs.map((tensor) => heap.addressOf(tensor));
    runtime.run('causalConvolutionGrad', sizeOf(x) / channels, [time, channels, numTaps, ofDy!, ofTaps!, dx!]);
    const blocks = numTaps * Math.ceil(channels / 4);
    runtime.run('causalConvolutionTapsGrad', blocks, [batch, time, channels, numTaps, ofDy!, ofX!, dTaps!]);
    return outputs;
  }),
];
