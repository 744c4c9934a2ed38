import { defineKernel, type KernelDefinition, type KernelTensors, rowsOf } from './kernelDefinition.js';

interface ChoiceAttributes {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly uniforms: readonly number[];
}

/** The choice of the next tokens. */
export const samplingKernels: readonly KernelDefinition[] = [
  defineKernel<KernelTensors<'logits'>, ChoiceAttributes>(
    'SesameChooseTokens',
    (runtime, { logits }, { temperature, topK, topP, uniforms }) => {
      const { heap } = runtime;
      const { rows, size } = rowsOf(logits);
      const ids = heap.makeTensor([rows], 'int32');
      runtime.borrowDoubles(rows, (doubles) => {
        new Float64Array(heap.memory.buffer, doubles, rows).set(uniforms);
        const settings = [size, heap.addressOf(logits), temperature, Math.min(topK, size), topP];
        const scratch = runtime.exports.chooseTokensScratch(size);
        runtime.run('chooseTokens', rows, [...settings, doubles, heap.addressOf(ids)], scratch);
      });
      return ids;
    },
  ),
];
