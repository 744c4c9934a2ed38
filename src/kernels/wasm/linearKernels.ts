import { checkMatrix } from './checkInputs.js';
import { defineKernel, type KernelDefinition, type KernelTensors, rowsOf, sizeOf } from './kernelDefinition.js';
import { matrixAt, multiply, type ProductActivation } from './product.js';

interface LinearAttributes {
  readonly transposeWeight: boolean;
  readonly activation?: ProductActivation;
}

/** x · weight, and its gradients. */
export const linearKernels: readonly KernelDefinition[] = [
  defineKernel<KernelTensors<'x' | 'weight'> & Partial<KernelTensors<'bias' | 'residual'>>, LinearAttributes>(
    'SesameLinear',
    (runtime, { x, weight, bias, residual }, { transposeWeight, activation = 'none' }) => {
      const { heap } = runtime;
      checkMatrix('linear: weight', weight);
      const depth = x.shape.at(-1)!;
      const columns = weight.shape[transposeWeight ? 0 : 1]!;
      const y = heap.makeTensor([...x.shape.slice(0, -1), columns]);
      const rows = columns === 0 ? 0 : sizeOf(y) / columns; // also where x has no columns: sums of nothing
      multiply(runtime, {
        ...{ rows, columns, depth },
        a: matrixAt(heap.addressOf(x), depth),
        b: matrixAt(heap.addressOf(weight), weight.shape[1]!, transposeWeight),
        c: heap.addressOf(y),
        bias: bias && heap.addressOf(bias),
        residual: residual && heap.addressOf(residual),
        activation,
      });
      return y;
    },
  ),
  defineKernel<KernelTensors<'dy' | 'weight'>, LinearAttributes>(
    'SesameLinearInputGrad',
    (runtime, { dy, weight }, { transposeWeight }) => {
      const { heap } = runtime;
      const { rows, size: depth } = rowsOf(dy);
      const columns = weight.shape[transposeWeight ? 1 : 0]!;
      const dx = heap.makeTensor([...dy.shape.slice(0, -1), columns]);
      multiply(runtime, {
        ...{ rows, columns, depth },
        a: matrixAt(heap.addressOf(dy), depth),
        b: matrixAt(heap.addressOf(weight), weight.shape[1]!, !transposeWeight),
        c: heap.addressOf(dx),
      });
      return dx;
    },
  ),
  defineKernel<KernelTensors<'dy' | 'x'>, LinearAttributes>(
    'SesameLinearWeightGrad',
    (runtime, { dy, x }, { transposeWeight }) => {
      const { heap } = runtime;
      const [left, right] = transposeWeight ? [dy, x] : [x, dy];
      const { rows: depth, size: rows } = rowsOf(left);
      const { size: columns } = rowsOf(right);
      const dWeight = heap.makeTensor([rows, columns]);
      multiply(runtime, {
        ...{ rows, columns, depth },
        a: matrixAt(heap.addressOf(left), rows, true),
        b: matrixAt(heap.addressOf(right), columns),
        c: heap.addressOf(dWeight),
      });
      return dWeight;
    },
  ),
];
