import type { TensorInfo } from '@tensorflow/tfjs-core';
import { defineKernel, type KernelDefinition, type KernelTensors, sizeOf } from './kernelDefinition.js';
import type { KernelRuntime } from './kernelRuntime.js';

interface AdamAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly stepSize: number;
  readonly keep: number;
  readonly penalty: number;
  readonly gradientScale: number;
}

interface NewtonSchulzAttributes {
  /** a, b, c of each step's polynomial, one step after the other. */
  readonly polynomials: readonly number[];
  /** How many matrices are given. */
  readonly matrices: number;
}

/** A step of Adam, in place, and the orthogonal matrix that Muon steps along. */
export const optimizerKernels: readonly KernelDefinition[] = [
  defineKernel<KernelTensors<'value' | 'gradient' | 'firstMoment' | 'secondMoment'>, AdamAttributes>(
    'SesameAdam',
    (runtime, { value, gradient, firstMoment, secondMoment }, attributes) => {
      const { heap } = runtime;
      const { beta1, beta2, epsilon, stepSize, keep, penalty, gradientScale } = attributes;
      const outputs = [value, firstMoment, secondMoment].map((tensor) => ownNumbers(runtime, tensor));
      const [ofValue, ofFirst, ofSecond] = outputs.map((tensor) => heap.addressOf(tensor));
      const settings = [beta1, beta2, epsilon, stepSize, keep, penalty, gradientScale];
      runtime.run('adam', sizeOf(value), [ofValue!, heap.addressOf(gradient), ofFirst!, ofSecond!, ...settings]);
      for (const tensor of outputs) heap.numbersChanged(tensor);
      return outputs;
    },
  ),
  defineKernel<Readonly<Record<string, TensorInfo>>, NewtonSchulzAttributes>(
    'SesameNewtonSchulz',
    (runtime, inputs, { polynomials, matrices }) => {
      const { heap } = runtime;
      const given = Array.from({ length: matrices }, (_, index) => inputs[`matrix${index}`]!);
      const made = given.map(({ shape }) => heap.makeTensor(shape));
      // One matrix is one thread's: their products are small.
      runtime.borrow(16 * matrices + 4 * polynomials.length, (list) => {
        const entries = given.flatMap((matrix, index) => [
          heap.addressOf(matrix),
          ...matrix.shape,
          heap.addressOf(made[index]!),
        ]);
        const { buffer } = heap.memory;
        new Uint32Array(buffer, list, entries.length).set(entries);
        const ofPolynomials = list + 16 * matrices;
        new Float32Array(buffer, ofPolynomials, polynomials.length).set(polynomials);
        const scratch = given.map(({ shape }) => runtime.exports.newtonSchulzScratch(shape[0]!, shape[1]!));
        runtime.run('newtonSchulz', matrices, [polynomials.length / 3, ofPolynomials, list], Math.max(0, ...scratch));
      });
      return made;
    },
  ),
];

/** The tensor itself, to be changed where it lies, or a copy if another tensor has the same numbers. */
function ownNumbers({ heap }: KernelRuntime, tensor: TensorInfo): TensorInfo {
  if (!heap.isShared(tensor)) return heap.share(tensor);
  const copy = heap.makeTensor(tensor.shape);
  const { buffer } = heap.memory;
  const bytes = 4 * sizeOf(tensor);
  new Uint8Array(buffer, heap.addressOf(copy), bytes).set(new Uint8Array(buffer, heap.addressOf(tensor), bytes));
  return copy;
}
