import type { TensorInfo } from '@tensorflow/tfjs-core';
import { INT8_LANES, int8WordsSource } from './int8Source.js';
import { hostBytes, int, runProgram, sizeOf, type WebgpuBackend } from './tfjsProgram.js';

/** The codes of 8-bit matrices in words, by the data of their tensors. */
const wordsOfCodes = new Map<object, { readonly backend: WebgpuBackend; readonly words: TensorInfo }>();

/**
 * The codes of a matrix, four to an i32. The device has no bytes: tfjs gives each 32 bits there. The first use packs them,
 * on the host where they still lie there, so that they never take more than their size on the device.
 */
export function wordsOf(backend: WebgpuBackend, codes: TensorInfo): TensorInfo {
  const known = wordsOfCodes.get(codes.dataId);
  if (known !== undefined) return known.words;
  freeWords(({ backend }, dataId) => backend.refCount(dataId) === 0);
  const bytes = hostBytes(backend, codes);
  const words = bytes === undefined ? packOnDevice(backend, codes) : packOnHost(backend, bytes);
  wordsOfCodes.set(codes.dataId, { backend, words });
  return words;
}

/** Frees all words: the next use packs again. */
export function freeAllWords(): void {
  freeWords(() => true);
}

function freeWords(isUnused: (entry: { readonly backend: WebgpuBackend }, dataId: object) => boolean): void {
  for (const [dataId, entry] of wordsOfCodes) {
    if (!isUnused(entry, dataId)) continue;
    entry.backend.disposeData(entry.words.dataId);
    wordsOfCodes.delete(dataId);
  }
}

function packOnHost(backend: WebgpuBackend, bytes: Uint8Array): TensorInfo {
  const words = new Int32Array(bytes.slice().buffer); // whole words: a panel has 64 bytes to a step
  return backend.makeTensorInfo([words.length], 'int32', words);
}

function packOnDevice(backend: WebgpuBackend, codes: TensorInfo): TensorInfo {
  const words = sizeOf(codes.shape) / 4;
  return runProgram(backend, {
    name: 'SesameInt8Words',
    variant: {},
    source: int8WordsSource,
    inputs: { codes },
    uniforms: { words: int(words) },
    outputShape: [words],
    outputType: 'int32',
    workgroups: Math.ceil(words / INT8_LANES),
    workgroupSize: INT8_LANES,
  });
}
