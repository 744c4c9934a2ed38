import type { TensorInfo } from '@tensorflow/tfjs-core';
import { checkBroadcast, checkShape } from './checkInputs.js';
import { defineKernel, type KernelDefinition, type KernelTensors, rowsOf, sizeOf } from './kernelDefinition.js';
import type { KernelRuntime } from './kernelRuntime.js';

/** Up to this many queries are attended to row by row, where keys and values lie; more repay packing them. */
const FEW_QUERIES = 4;

type Projections = KernelTensors<'query' | 'key' | 'value'>;
type Extras = Partial<KernelTensors<'mask' | 'bias'>>;

interface AttentionAttributes {
  readonly causal: boolean;
  readonly scale: number;
  readonly dropoutRate: number;
  readonly dropoutSeed: number;
}

/** Attention in blocks of queries, its gradient, attention over chunks, and softmax. */
export const attentionKernels: readonly KernelDefinition[] = [
  defineKernel<Projections & Extras, AttentionAttributes>('SesameAttention', (runtime, inputs, attributes) => {
    const { heap } = runtime;
    const { query, key, value, bias } = inputs;
    const [batch, heads, queries] = query.shape as [number, number, number];
    if (bias) checkBroadcast('attention: bias', bias, [batch, heads, queries, key.shape[2]!]);
    const context = heap.makeTensor([batch, heads, queries, value.shape[3]!]);
    const logSums = heap.makeTensor([batch, heads, queries]);
    const outputs = [heap.addressOf(context), heap.addressOf(logSums)] as const;
    if (queries <= FEW_QUERIES && attributes.dropoutRate === 0) {
      attendRowByRow(runtime, { ...inputs, pieces: [{ key, value }], ...attributes }, [...outputs, 0]);
    } else {
      const [keys, size, valueSize] = [key.shape[2]!, key.shape[3]!, value.shape[3]!];
      runtime.run(
        'attention',
        batch * heads,
        [...settings(runtime, inputs, attributes), ...outputs],
        runtime.exports.attentionScratch(keys, size, valueSize),
      );
    }
    return [context, logSums];
  }),
  defineKernel<Projections & Extras & KernelTensors<'dy' | 'context' | 'kept'>, AttentionAttributes>(
    'SesameAttentionGrad',
    (runtime, inputs, attributes) => {
      const { heap } = runtime;
      const { query, key, value, bias, dy, context, kept } = inputs;
      const gradients = [query, key, value].map(({ shape }) => heap.makeTensor(shape));
      const dBias = bias && heap.makeZeros(bias.shape);
      const settingsOfAll = [
        ...settings(runtime, inputs, attributes),
        ...[context, kept, dy, ...gradients].map((tensor) => heap.addressOf(tensor)),
        dBias ? heap.addressOf(dBias) : 0,
      ];
      const scratch = runtime.exports.attentionGradScratch(key.shape[2]!, key.shape[3]!, value.shape[3]!);
      const [batch, heads] = query.shape as [number, number];
      // Heads that share a bias add to one gradient, one after the other.
      const serially = bias !== undefined && sizeOf(bias) < batch * heads * query.shape[2]! * key.shape[2]!;
      runtime.run('attentionGrad', batch * heads, settingsOfAll, scratch, serially ? batch * heads : 1);
      return dBias === undefined ? gradients : [...gradients, dBias];
    },
  ),
  defineKernel<Readonly<Record<string, TensorInfo>>, { readonly scale: number; readonly chunks: number }>(
    'SesameChunkedAttention',
    (runtime, inputs, { scale, chunks }) => {
      const { heap } = runtime;
      const query = inputs.query!;
      const pieces = Array.from({ length: chunks }, (_, index) => ({
        key: inputs[`key${index}`]!,
        value: inputs[`value${index}`]!,
      }));
      const keys = pieces.reduce((sum, { key }) => sum + key.shape[2]!, 0);
      const [batch, heads, queries, size] = query.shape as [number, number, number, number];
      for (const { key, value } of pieces) {
        checkShape('chunkedAttention: a key', key, [batch, heads, key.shape[2]!, size]);
        checkShape('chunkedAttention: a value', value, [batch, heads, key.shape[2]!, pieces[0]!.value.shape[3]!]);
      }
      if (inputs.mask) checkShape('chunkedAttention: mask', inputs.mask, [batch, keys]);
      if (inputs.bias) checkBroadcast('chunkedAttention: bias', inputs.bias, [batch, heads, queries, keys]);
      const context = heap.makeTensor([batch, heads, queries, pieces[0]!.value.shape[3]!]);
      const weights = heap.makeTensor([batch, heads, queries, keys]);
      const outputs = [heap.addressOf(context), 0, heap.addressOf(weights)] as const;
      const { mask, bias } = inputs;
      attendRowByRow(runtime, { query, bias, pieces, mask, scale, causal: false }, outputs);
      return [context, weights];
    },
  ),
  defineKernel<KernelTensors<'logits'> & Partial<KernelTensors<'mask'>>>(
    'SesameSoftmax',
    (runtime, { logits, mask }) => {
      const { heap } = runtime;
      const { rows, size } = rowsOf(logits);
      if (mask) checkBroadcast('softmax: mask', mask, logits.shape);
      const y = heap.makeTensor(logits.shape);
      const compute = (maskRows: number) =>
        runtime.run('softmax', rows, [size, heap.addressOf(logits), maskRows, heap.addressOf(y)]);
      if (mask === undefined) compute(0);
      else withMaskRows(runtime, mask, logits, compute);
      return y;
    },
  ),
  defineKernel<KernelTensors<'dy' | 'probabilities'>>('SesameSoftmaxGrad', (runtime, { dy, probabilities }) => {
    const { heap } = runtime;
    const { rows, size } = rowsOf(dy);
    const dx = heap.makeTensor(dy.shape);
    const addresses = [dy, probabilities, dx].map((tensor) => heap.addressOf(tensor));
    runtime.run('softmaxGrad', rows, [size, ...addresses]);
    return dx;
  }),
];

/** What the kernels `attention` and `attentionGrad` take up to their outputs. */
function settings(
  { heap }: KernelRuntime,
  { query, key, value, mask, bias }: Projections & Extras,
  { causal, scale, dropoutRate, dropoutSeed }: AttentionAttributes,
): number[] {
  const [, heads, queries, size] = query.shape as [number, number, number, number];
  return [
    ...[heads, queries, key.shape[2]!, size, value.shape[3]!],
    ...[query, key, value].map((tensor) => heap.addressOf(tensor)),
    ...[mask ? heap.addressOf(mask) : 0, ...biasSettings(heap.addressOf.bind(heap), bias)],
    ...[Number(causal), scale, dropoutSeed, Math.ceil(dropoutRate * 2 ** 32), 1 / (1 - dropoutRate)],
  ];
}

/** The bias's address and the bytes between its entries along each axis of the scores, 0 where it is broadcast. */
function biasSettings(addressOf: (tensor: TensorInfo) => number, bias: TensorInfo | undefined): number[] {
  if (bias === undefined) return [0, 0, 0, 0, 0];
  const shape = [...Array<number>(4 - bias.shape.length).fill(1), ...bias.shape];
  const strides = shape.map((length, axis) =>
    length === 1 ? 0 : 4 * shape.slice(axis + 1).reduce((product, length) => product * length, 1),
  );
  return [addressOf(bias), ...strides];
}

interface RowByRow {
  readonly query: TensorInfo;
  readonly pieces: readonly { readonly key: TensorInfo; readonly value: TensorInfo }[];
  readonly mask?: TensorInfo | undefined;
  readonly bias?: TensorInfo | undefined;
  readonly causal: boolean;
  readonly scale: number;
}

/** @param outputs addresses of context, logSums and weights; the last two may be 0 */
function attendRowByRow(
  runtime: KernelRuntime,
  { query, pieces, mask, bias, causal, scale }: RowByRow,
  outputs: readonly [number, number, number],
): void {
  const { heap } = runtime;
  const [batch, heads, queries, size] = query.shape as [number, number, number, number];
  const keys = pieces.reduce((sum, { key }) => sum + key.shape[2]!, 0);
  runtime.borrow(12 * pieces.length, (list) => {
    const entries = new Uint32Array(heap.memory.buffer, list, 3 * pieces.length);
    for (const [index, { key, value }] of pieces.entries()) {
      entries.set([heap.addressOf(key), heap.addressOf(value), key.shape[2]!], 3 * index);
    }
    runtime.run(
      'attentionOfRows',
      batch * heads * queries,
      [
        ...[heads, queries, keys, size, pieces[0]!.value.shape[3]!, heap.addressOf(query), list, pieces.length],
        ...[
          mask ? heap.addressOf(mask) : 0,
          ...biasSettings(heap.addressOf.bind(heap), bias),
          Number(causal),
          scale,
          ...outputs,
        ],
      ],
      4 * keys,
    );
  });
}

/** Hands on the address of a list: where the mask of each row of `logits` lies, as the mask broadcasts to them. */
function withMaskRows(runtime: KernelRuntime, mask: TensorInfo, logits: TensorInfo, use: (rows: number) => void): void {
  const { heap } = runtime;
  const { rows, size } = rowsOf(logits);
  const lead = logits.shape.length - mask.shape.length;
  const shape = [...Array<number>(Math.max(0, lead)).fill(1), ...mask.shape];
  const floats = heap.addressOf(mask);
  const lastAxis = shape.length - 1;
  const isWide = shape[lastAxis] === size;
  runtime.borrow(4 * rows + (isWide ? 0 : 8 * size), (list) => {
    const { buffer } = heap.memory;
    // A mask with one number for a whole row: rows of ones and zeros stand in for it.
    const [ones, zeros] = [list + 4 * rows, list + 4 * (rows + size)];
    if (!isWide) new Float32Array(buffer, ones, 2 * size).fill(1, 0, size).fill(0, size);
    const values = new Float32Array(buffer, floats, sizeOf(mask));
    const entries = new Uint32Array(buffer, list, rows);
    for (let row = 0; row < rows; row++) {
      let [rest, index, stride] = [row, 0, isWide ? size : 1];
      for (let axis = lastAxis - 1; axis >= 0; axis--) {
        const length = logits.shape[axis]!;
        if (shape[axis] !== 1) index += (rest % length) * stride;
        stride *= shape[axis]!;
        rest = Math.floor(rest / length);
      }
      entries[row] = isWide ? floats + 4 * index : values[index] === 0 ? zeros : ones;
    }
    use(list);
  });
}
