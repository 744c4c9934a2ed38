// The compiled kernels: which of the two binaries this engine can run, and what they export.
import { declareMemoryShared } from './wasmBinary.js';

/** A kernel does items `begin` to `end` of a job; `scratch` is the address of memory of its own. */
type Kernel = (begin: number, end: number, scratch: number, ...settings: number[]) => void;

/** The kernels by name, as src/kernels/assembly/index.ts exports them. */
export const KERNELS = [
  'activation',
  'activationGrad',
  'adam',
  'arithmetic',
  'attention',
  'attentionGrad',
  'attentionOfRows',
  'causalConvolution',
  'causalConvolutionGrad',
  'causalConvolutionTapsGrad',
  'chooseTokens',
  'columnSums',
  'concatenate',
  'crossEntropy',
  'crossEntropyGrad',
  'decodeInt8',
  'dropout',
  'embeddingLookup',
  'layerNorm',
  'lookUpInt8',
  'lookUpPacked',
  'multiplyFewRows',
  'multiplyFewRowsPacked',
  'multiplyFewRowsTransposed',
  'multiplyInt8',
  'multiplyTiles',
  'newtonSchulz',
  'normals',
  'normGrad',
  'normWeightGrad',
  'packPanels',
  'rmsNorm',
  'rotary',
  'roundActivations',
  'roundActivationsCoarsely',
  'scatterAdd',
  'softmax',
  'softmaxGrad',
  'sumsOfSquares',
  'swapMiddleAxes',
  'transposeMatrices',
  'unpackPanels',
] as const;

/** The name of a kernel. */
export type KernelName = (typeof KERNELS)[number];

/** What the binary exports. */
export interface KernelExports extends Readonly<Record<KernelName, Kernel>> {
  /** Bytes of scratch that `attention` needs. */
  attentionScratch(keys: number, size: number, valueSize: number): number;
  /** Bytes of scratch that `attentionGrad` needs. */
  attentionGradScratch(keys: number, size: number, valueSize: number): number;
  /** Whether this binary multiplies bytes, and `roundActivationsCoarsely` may make them. */
  multipliesBytes(): number;
  /** Bytes of scratch that `newtonSchulz` needs for a matrix. */
  newtonSchulzScratch(rows: number, columns: number): number;
  /** Bytes of scratch that `chooseTokens` needs. */
  chooseTokensScratch(vocabSize: number): number;
}

/** Hands out the compiled kernels: for a memory that threads share, or for one that they do not. */
export type CompiledKernels = (shared: boolean) => WebAssembly.Module;

/**
 * Compiles the kernels, with fused multiply-add and int8 products where the engine has relaxed SIMD.
 *
 * @param shared the kind of memory that they are needed for now; they are compiled for the other one when it is asked for
 */
export async function compileKernels(shared: boolean): Promise<CompiledKernels> {
  const { binary } = hasRelaxedSimd()
    ? await import('../../generated/kernelsRelaxed.js')
    : await import('../../generated/kernels.js');
  const bytes = Uint8Array.from(atob(binary), (character) => character.charCodeAt(0));
  const bytesFor = (shared: boolean) => (shared ? declareMemoryShared(bytes) : bytes);
  const modules = new Map([[shared, await WebAssembly.compile(bytesFor(shared))]]);
  return (shared) => {
    const module = modules.get(shared) ?? new WebAssembly.Module(bytesFor(shared));
    modules.set(shared, module);
    return module;
  };
}

/** Whether the engine compiles relaxed SIMD: Chromium, and Node from version 22 on. */
export function hasRelaxedSimd(): boolean {
  // A module of one function, f32x4.relaxed_madd of three zeros, its result dropped.
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0];
  const zero = [0xfd, 12, ...Array<number>(16).fill(0)];
  const body = [0, ...zero, ...zero, ...zero, 0xfd, 0x85, 2, 0x1a, 0x0b];
  return WebAssembly.validate(Uint8Array.from([...header, 10, body.length + 2, 1, body.length, ...body]));
}
