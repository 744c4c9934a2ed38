// tfjs's own kernels, made faster or added where its wasm backend lacks them, so that any tfjs code gains. What a kernel
// here does not cover, other dtypes above all, goes on to tfjs's.
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import { applyFunction } from './activationKernels.js';
import { addRowsByNumber } from './embeddingKernels.js';
import { sizeOf } from './kernelDefinition.js';
import type { KernelRuntime } from './kernelRuntime.js';
import { matrixAt, multiply, type ProductActivation } from './product.js';

/** A replacement of a kernel of tfjs, or undefined where it leaves a call to tfjs. */
export interface StandardKernel {
  readonly name: string;
  readonly compute: (
    runtime: KernelRuntime,
    inputs: NamedTensorInfoMap,
    attributes: NamedAttrMap,
  ) => TensorInfo | undefined;
}

const TRANSPOSE_ROWS = 32;

/** Operations of two tensors entry by entry, by their numbers in the assembly. */
const ARITHMETIC = { Add: 0, Sub: 1, Multiply: 2 } as const;

/** The replacements. */
export const standardKernels: readonly StandardKernel[] = [
  ...(['Tanh', 'Erf', 'Sigmoid', 'Exp', 'Relu'] as const).map(
    (name): StandardKernel => ({
      name,
      compute: (runtime, { x }) =>
        x!.dtype === 'float32' ? applyFunction(runtime, name.toLowerCase() as Lowercase<typeof name>, x!) : undefined,
    }),
  ),
  ...Object.entries(ARITHMETIC).map(
    ([name, kind]): StandardKernel => ({
      name,
      compute: (runtime, { a, b }) => combine(runtime, kind, a!, b!),
    }),
  ),
  // tfjs's copy. Tensors do not change, so that two may have the same numbers, as after a reshape.
  { name: 'Identity', compute: ({ heap }, { x }) => heap.share(x!) },
  { name: 'Cast', compute: ({ heap }, { x }, { dtype }) => (x!.dtype === dtype ? heap.share(x!) : undefined) },
  {
    name: 'BatchMatMul',
    compute: (runtime, { a, b }, { transposeA, transposeB }) =>
      batchProduct(runtime, { a: a!, b: b! }, Boolean(transposeA), Boolean(transposeB)),
  },
  {
    name: '_FusedMatMul',
    compute: (runtime, { a, b, bias }, { transposeA, transposeB, activation }) => {
      const function_ = FUSED_ACTIVATIONS.get(String(activation));
      const columns = b!.shape[b!.shape.length - (transposeB ? 2 : 1)];
      // A bias of one number a column; one that is broadcast otherwise is tfjs's.
      const isRow = bias === undefined || (sizeOf(bias) === columns && bias.shape.at(-1) === columns);
      if (function_ === undefined || !isRow) return undefined;
      return batchProduct(runtime, { a: a!, b: b!, bias }, Boolean(transposeA), Boolean(transposeB), function_);
    },
  },
  {
    name: 'Concat',
    compute: (runtime, inputs, { axis }) => concatenate(runtime, Object.values(inputs) as TensorInfo[], Number(axis)),
  },
  {
    name: 'UnsortedSegmentSum',
    compute: (runtime, { x, segmentIds }, { numSegments }) => {
      if (x!.dtype !== 'float32' || segmentIds!.dtype !== 'int32') return undefined;
      return addRowsByNumber(runtime, x!, segmentIds!, Number(numSegments), x!.shape.slice(segmentIds!.shape.length));
    },
  },
  {
    name: 'Transpose',
    compute: (runtime, { x }, { perm }) =>
      x!.dtype === 'float32' ? transpose(runtime, x!, perm as number[]) : undefined,
  },
];

const FUSED_ACTIVATIONS: ReadonlyMap<string, ProductActivation> = new Map([
  ['linear', 'none'],
  ['undefined', 'none'],
  ['null', 'none'],
  ['relu', 'relu'],
]);

/** a ∘ b of one shape; what is broadcast is tfjs's. */
function combine(runtime: KernelRuntime, kind: number, a: TensorInfo, b: TensorInfo): TensorInfo | undefined {
  if ([a, b].some(({ dtype }) => dtype !== 'float32') || a.shape.join() !== b.shape.join()) return undefined;
  const { heap } = runtime;
  const y = heap.makeTensor(a.shape);
  const addresses = [a, b, y].map((tensor) => heap.addressOf(tensor));
  runtime.run('arithmetic', sizeOf(a), [kind, ...addresses]);
  return y;
}

/** [..., rows, depth] · [..., depth, columns] with the leading axes broadcast as far as one stride can say it. */
function batchProduct(
  runtime: KernelRuntime,
  { a, b, bias }: { a: TensorInfo; b: TensorInfo; bias?: TensorInfo | undefined },
  transposeA: boolean,
  transposeB: boolean,
  activation: ProductActivation = 'none',
): TensorInfo | undefined {
  if ([a, b].some(({ dtype, shape }) => dtype !== 'float32' || shape.length < 2)) return undefined;
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [countA, countB] = [batchA, batchB].map((shape) => shape.reduce((product, length) => product * length, 1));
  // One matrix for all products, or one for each: anything between is tfjs's.
  if (countA !== 1 && countB !== 1 && batchA.join() !== batchB.join()) return undefined;
  const lead = batchShape(batchA, batchB, countA!, countB!);
  const [rowsA, columnsA] = a.shape.slice(-2) as [number, number];
  const [rowsB, columnsB] = b.shape.slice(-2) as [number, number];
  const [rows, depth] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const columns = transposeB ? rowsB : columnsB;
  const { heap } = runtime;
  const c = heap.makeTensor([...lead, rows, columns]);
  multiply(runtime, {
    batch: Math.max(countA!, countB!) === 0 ? 0 : countA === 1 ? countB! : countA!,
    ...{ rows, columns, depth },
    a: matrixAt(heap.addressOf(a), columnsA, transposeA, countA === 1 ? 0 : 4 * rowsA * columnsA),
    b: matrixAt(heap.addressOf(b), columnsB, transposeB, countB === 1 ? 0 : 4 * rowsB * columnsB),
    c: heap.addressOf(c),
    bias: bias && heap.addressOf(bias),
    activation,
  });
  return c;
}

/** The leading axes of the result: the longer shape, or of two equally long ones the one that is not all ones. */
function batchShape(a: readonly number[], b: readonly number[], countA: number, countB: number): readonly number[] {
  const rank = Math.max(a.length, b.length);
  const longer = countA !== 1 ? a : countB !== 1 ? b : a.length >= b.length ? a : b;
  return [...Array<number>(rank - longer.length).fill(1), ...longer];
}

/** Tensors one behind the other along an axis. */
function concatenate(runtime: KernelRuntime, tensors: readonly TensorInfo[], along: number): TensorInfo | undefined {
  const { shape, dtype } = tensors[0]!;
  const axis = along < 0 ? along + shape.length : along;
  const fits = (tensor: TensorInfo) =>
    tensor.dtype === dtype &&
    tensor.shape.length === shape.length &&
    tensor.shape.every((length, i) => i === axis || length === shape[i]);
  if (!['float32', 'int32'].includes(dtype) || !tensors.every(fits)) return undefined; // tfjs says what is wrong
  const { heap } = runtime;
  const length = tensors.reduce((sum, tensor) => sum + tensor.shape[axis]!, 0);
  const y = heap.makeTensor([...shape.slice(0, axis), length, ...shape.slice(axis + 1)], dtype);
  const size = (lengths: readonly number[]) => lengths.reduce((product, length) => product * length, 1);
  const rowBytes = tensors.map((tensor) => 4 * size(tensor.shape.slice(axis)));
  runtime.borrow(8 * tensors.length, (pieces) => {
    const entries = tensors.flatMap((tensor, index) => [heap.addressOf(tensor), rowBytes[index]!]);
    new Uint32Array(heap.memory.buffer, pieces, entries.length).set(entries);
    const bytes = rowBytes.reduce((sum, part) => sum + part, 0);
    runtime.run('concatenate', size(shape.slice(0, axis)), [tensors.length, bytes, pieces, heap.addressOf(y)]);
  });
  return y;
}

/** Two neighbouring blocks of axes that change places, whatever stands before and behind them; other orders are tfjs's. */
function transpose(runtime: KernelRuntime, x: TensorInfo, perm: readonly number[]): TensorInfo | undefined {
  const swap = swappedBlocks(x.shape, perm);
  const { heap } = runtime;
  const shape = perm.map((axis) => x.shape[axis]!);
  if (sizeOf(x) === 0) return heap.share(x, shape); // which tfjs divides by
  if (swap === undefined) return undefined;
  const { outer, a, b, inner } = swap;
  if (a === 1 || b === 1) return heap.share(x, shape); // as for a single token, whose numbers stay in their order
  const y = heap.makeTensor(shape);
  const addresses = [heap.addressOf(x), heap.addressOf(y)];
  if (inner === 1) {
    runtime.run('transposeMatrices', outer * Math.ceil(a / TRANSPOSE_ROWS), [a, b, ...addresses]);
  } else {
    runtime.run('swapMiddleAxes', outer * a * b, [a, b, inner, ...addresses]);
  }
  return y;
}

/** A permutation of axes as [outer, a, b, inner] -> [outer, b, a, inner], or undefined if it is not one. */
function swappedBlocks(shape: readonly number[], perm: readonly number[]) {
  const product = (axes: readonly number[]) => axes.reduce((size, axis) => size * shape[axis]!, 1);
  const rank = shape.length;
  let start = 0;
  while (start < rank && perm[start] === start) start++;
  let end = rank;
  while (end > start && perm[end - 1] === end - 1) end--;
  const lengthOfB = perm.indexOf(start) - start; // where the first block went
  const middle = perm.slice(start, end);
  const split = end - lengthOfB;
  const expected = [...range(split, end), ...range(start, split)];
  if (middle.join() !== expected.join()) return undefined;
  return {
    outer: product(range(0, start)),
    a: product(range(start, split)),
    b: product(range(split, end)),
    inner: product(range(end, rank)),
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
