import { defineKernel, type KernelDefinition, type KernelTensors, rowsOf, sizeOf } from './kernelDefinition.js';
import { ACTIVATIONS, matrixAt, multiplyPacked, PANEL, type ProductActivation } from './product.js';

/** Products with packed weights, rows of them by their numbers, and the way into and out of that order. */
export const packedKernels: readonly KernelDefinition[] = [
  defineKernel<
    KernelTensors<'x' | 'panels'> & Partial<KernelTensors<'bias' | 'residual'>>,
    { readonly outputs: number; readonly activation?: ProductActivation }
  >('SesamePackedLinear', (runtime, { x, panels, bias, residual }, { outputs, activation = 'none' }) => {
    const { heap } = runtime;
    const { rows, size: depth } = rowsOf(x);
    const y = heap.makeTensor([...x.shape.slice(0, -1), outputs]);
    const address = heap.addressOf(panels);
    const [c, biasAddress, residualAddress] = [y, bias, residual].map((tensor) =>
      tensor ? heap.addressOf(tensor) : 0,
    );
    if (rows === 1 && depth > 0) {
      const operands = [heap.addressOf(x), address, c!, biasAddress!, ACTIVATIONS[activation], residualAddress!];
      runtime.run('multiplyFewRowsPacked', panels.shape[0]!, [rows, outputs, depth, ...operands]);
      return y;
    }
    const a = matrixAt(heap.addressOf(x), depth);
    const product = { rows, columns: outputs, depth, a, c: c!, bias: biasAddress!, residual: residualAddress! };
    multiplyPacked(runtime, { ...product, activation }, { address, batch: 0 });
    return y;
  }),
  defineKernel<KernelTensors<'panels' | 'ids'>, { readonly outputs: number }>(
    'SesamePackedLookup',
    (runtime, { panels, ids }, { outputs }) => {
      const { heap } = runtime;
      const inputs = panels.shape[1]!;
      const y = heap.makeTensor([...ids.shape, inputs]);
      const addresses = [panels, ids, y].map((tensor) => heap.addressOf(tensor));
      runtime.run('lookUpPacked', sizeOf(ids), [outputs, inputs, ...addresses]);
      return y;
    },
  ),
  defineKernel<KernelTensors<'matrix'>, { readonly outputAxis: number }>(
    'SesamePack',
    (runtime, { matrix }, { outputAxis }) => {
      const { heap } = runtime;
      const [first, second] = matrix.shape as [number, number];
      const [outputs, inputs] = outputAxis === 0 ? [first, second] : [second, first];
      const numPanels = Math.ceil(outputs / PANEL);
      const panels = heap.makeTensor([numPanels, inputs, PANEL]);
      const { address, row, column, batch } = matrixAt(heap.addressOf(matrix), second, outputAxis === 0);
      runtime.run('packPanels', numPanels, [address, row, column, batch, inputs, outputs, heap.addressOf(panels)]);
      return panels;
    },
  ),
  defineKernel<
    KernelTensors<'panels'>,
    { readonly first: number; readonly second: number; readonly outputAxis: number }
  >('SesameUnpack', (runtime, { panels }, { first, second, outputAxis }) => {
    const { heap } = runtime;
    const matrix = heap.makeTensor([first, second]);
    const [outputs, inputs] = outputAxis === 0 ? [first, second] : [second, first];
    const { address, row, column } = matrixAt(heap.addressOf(matrix), second, outputAxis === 0);
    runtime.run('unpackPanels', panels.shape[0]!, [heap.addressOf(panels), row, column, inputs, outputs, address]);
    return matrix;
  }),
];
