import { defineKernel, type KernelDefinition, type KernelTensors, rowsOf } from './kernelDefinition.js';

interface LossAttributes {
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
}

/** Cross-entropy from logits, and its gradient. */
export const lossKernels: readonly KernelDefinition[] = [
  defineKernel<KernelTensors<'logits' | 'labels'>, LossAttributes>(
    'SesameCrossEntropy',
    (runtime, { logits, labels }, { ignoreIndex, labelSmoothing }) => {
      const { heap } = runtime;
      const { rows, size } = rowsOf(logits);
      const outputs = [heap.makeTensor([rows]), heap.makeTensor([rows])];
      const [losses, logSums] = outputs.map((tensor) => heap.addressOf(tensor));
      const inputs = [heap.addressOf(logits), heap.addressOf(labels)];
      runtime.run('crossEntropy', rows, [size, ...inputs, ignoreIndex, labelSmoothing, losses!, logSums!]);
      return outputs;
    },
  ),
  defineKernel<KernelTensors<'dy' | 'logits' | 'labels' | 'kept'>, LossAttributes>(
    'SesameCrossEntropyGrad',
    (runtime, { dy, logits, labels, kept }, { ignoreIndex, labelSmoothing }) => {
      const { heap } = runtime;
      const { rows, size } = rowsOf(logits);
      const dx = heap.makeTensor(logits.shape);
      const inputs = [dy, logits, labels, kept].map((tensor) => heap.addressOf(tensor));
      runtime.run('crossEntropyGrad', rows, [size, ...inputs, ignoreIndex, labelSmoothing, heap.addressOf(dx)]);
      return dx;
    },
  ),
];
