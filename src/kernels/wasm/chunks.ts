// How a job is cut into the chunks that threads take. It depends on the job alone, not on the threads nor on the machine.
import type { KernelName } from './kernelModule.js';
import { PANEL } from './product.js';

/** A job of less work than this is done before threads have shared it out. Nanoseconds of one thread. */
const WORTH_SHARING = 10_000;
/** Less in a chunk, and taking it would cost too much. Nanoseconds. */
const LEAST_CHUNK = 3_000;
/** More chunks than this even out nothing. */
const MOST_CHUNKS = 64;
/** Kernels that count single numbers get so many together: whole vectors, whole cache lines. */
const NUMBERS = 1024;

/**
 * About how long one item takes on one thread, in nanoseconds, from the kernel's settings in the order in which it takes
 * them. Only the magnitude matters.
 */
const ITEM_COSTS: Readonly<Record<KernelName, (settings: readonly number[]) => number>> = {
  activation: () => 2,
  activationGrad: () => 4,
  adam: () => 1,
  arithmetic: () => 0.4,
  attention: ([, queries, keys, size, valueSize]) => queries! * keys! * (1.5 + 0.04 * (size! + valueSize!)),
  attentionGrad: ([, queries, keys, size, valueSize]) => queries! * keys! * (3 + 0.1 * (size! + valueSize!)),
  attentionOfRows: ([, , keys, size, valueSize]) => keys! * (1.5 + 0.1 * (size! + valueSize!)),
  causalConvolution: ([, channels, numTaps]) => 0.15 * channels! * numTaps!,
  causalConvolutionGrad: ([, channels, numTaps]) => 0.15 * channels! * numTaps!,
  causalConvolutionTapsGrad: ([batch, time]) => batch! * time!,
  chooseTokens: ([vocabSize]) => 5 * vocabSize!,
  columnSums: ([rows]) => 2 * rows!,
  concatenate: ([, rowBytes]) => 20 + 0.05 * rowBytes!,
  crossEntropy: ([classes]) => classes!,
  crossEntropyGrad: ([classes]) => classes!,
  decodeInt8: ([depth]) => 2 * depth!,
  dropout: () => 1,
  embeddingLookup: ([, size]) => 5 + 0.1 * size!,
  layerNorm: ([size]) => 0.8 * size!,
  lookUpInt8: ([, depth]) => 5 + 2 * depth!,
  lookUpPacked: ([, size]) => 5 + 2 * size!,
  multiplyFewRows: (settings) => 0.06 * settings[0]! * settings[2]! * settings.at(-1)!,
  multiplyFewRowsPacked: ([rows, , depth]) => 0.06 * rows! * depth! * PANEL,
  multiplyFewRowsTransposed: ([rows, , depth]) => 0.06 * rows! * depth!,
  multiplyInt8: ([rows, rowsPerBlock, , depth]) => 0.1 * Math.min(rows!, rowsPerBlock!) * depth!,
  multiplyTiles: ([, , rowsPerTile, panelsPerTile, rows, , depth]) =>
    0.04 * Math.min(rows!, rowsPerTile!) * panelsPerTile! * PANEL * depth!,
  newtonSchulz: () => 100_000,
  normals: () => 12_000,
  normGrad: ([size]) => size!,
  normWeightGrad: ([rows]) => 6 * rows!,
  packPanels: ([, , , , depth]) => 0.15 * depth! * PANEL,
  rmsNorm: ([size]) => 0.6 * size!,
  rotary: ([, , size]) => 0.4 * size!,
  roundActivations: ([size]) => 0.5 * size!,
  roundActivationsCoarsely: ([size]) => 0.6 * size!,
  scatterAdd: ([count]) => 10 * count!,
  softmax: ([size]) => 4 * size!,
  softmaxGrad: ([size]) => 0.8 * size!,
  sumsOfSquares: () => 1000,
  swapMiddleAxes: ([, , size]) => 5 + 0.1 * size!,
  transposeMatrices: ([, columns]) => 6 * columns!,
  unpackPanels: ([, , , depth]) => 0.5 * depth! * PANEL,
};

/** How many items of a job a thread should take at a time; as many as there are, if the job is not worth sharing out. */
export function itemsPerChunk(kernel: KernelName, items: number, settings: readonly number[]): number {
  const cost = ITEM_COSTS[kernel](settings);
  if (items * cost < WORTH_SHARING) return items;
  const part = Math.max(items / MOST_CHUNKS, LEAST_CHUNK / cost);
  const unit = cost < LEAST_CHUNK / NUMBERS ? NUMBERS : 1;
  return Math.ceil(part / unit) * unit;
}
