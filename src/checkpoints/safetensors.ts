// What a safetensors file holds. Reading is readSafetensors, writing writeSafetensors, numbers decodeFloat32 and
// decodeInt32. The format: https://github.com/huggingface/safetensors#format

import type { SafetensorsDtype } from './safetensorsDtype.js';

/** One tensor as it lies in a file: bytes, and how to read them. */
export interface SafetensorsTensor {
  /** The element type; `decodeFloat32` and `decodeInt32` say which ones they read. */
  readonly dtype: SafetensorsDtype;
  /** The outermost dimension first; [] is a scalar. */
  readonly shape: readonly number[];
  /** The elements' bytes: row-major, each little-endian. */
  readonly data: Uint8Array;
}

/** The contents of a safetensors file. Maps, so that a tensor named `__proto__` is a tensor like any other. */
export interface SafetensorsFile {
  /** By name, in the order of the header. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  /** The `__metadata__` of the header; empty if it has none. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The most bytes a header may have; the reference implementation refuses more, against denial of service. */
export const maxHeaderBytes = 100_000_000;

/** The header's key that is no tensor. */
export const metadataKey = '__metadata__';
