import type { TensorInfo } from '@tensorflow/tfjs-core';
import { defineKernel, type KernelDefinition, type KernelTensors, sizeOf } from './kernelDefinition.js';
import type { KernelRuntime } from './kernelRuntime.js';
import { matrixAt, multiply } from './product.js';
import { sumOfSquares } from './sumKernels.js';

interface AdamAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly stepSize: number;
  readonly keep: number;
  readonly penalty: number;
  readonly gradientScale: number;
}

/** a, b, c of Muon's polynomial, as in the composition. */
const [A, B, C] = [3.4445, -4.775, 2.0315];

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
      return outputs;
    },
  ),
  defineKernel<KernelTensors<'matrix'>, { readonly steps: number }>(
    'SesameNewtonSchulz',
    (runtime, { matrix }, { steps }) => {
      const { heap } = runtime;
      const [rows, columns] = matrix.shape as [number, number];
      const inner = Math.min(rows, columns);
      const size = rows * columns;
      const y = heap.makeTensor(matrix.shape);
      const norm = Math.sqrt(sumOfSquares(runtime, heap.addressOf(matrix), size));
      runtime.run('scale', size, [1 / (norm + 1e-7), heap.addressOf(matrix), heap.addressOf(y)]);
      runtime.borrow(4 * (size + 2 * inner * inner), (work) => {
        const [gram, polynomial] = [work + 4 * size, work + 4 * (size + inner * inner)];
        let [x, next] = [heap.addressOf(y), work];
        for (let step = 0; step < steps; step++) {
          // x (a I + b G + c G²) with G the smaller of xᵀ x and x xᵀ.
          const wide = rows < columns;
          const square = { rows: inner, columns: inner };
          const [left, right] = [matrixAt(x, columns, !wide), matrixAt(x, columns, wide)];
          multiply(runtime, { ...square, depth: Math.max(rows, columns), a: left, b: right, c: gram });
          runtime.run('scaleAddDiagonal', inner, [inner, C, B, gram, polynomial]);
          const [ofGram, ofPolynomial] = [matrixAt(gram, inner), matrixAt(polynomial, inner)];
          multiply(runtime, { ...square, depth: inner, a: ofGram, b: ofPolynomial, c: next });
          runtime.run('scaleAddDiagonal', inner, [inner, 1, A, next, polynomial]);
          const ofX = matrixAt(x, columns);
          const [a, b] = wide ? [ofPolynomial, ofX] : [ofX, ofPolynomial];
          multiply(runtime, { rows, columns, depth: inner, a, b, c: next });
          [x, next] = [next, x];
        }
        // An odd number of steps ends in the borrowed half.
        if (x === work) runtime.run('scale', size, [1, x, heap.addressOf(y)]);
      });
      return y;
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
