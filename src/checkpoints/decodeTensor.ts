// tfjs has float32, int32 and bool tensors only: whatever a file stores becomes one of them here, tensor by tensor.

import { CheckpointError } from '../errors/index.js';
import { decodeBrainFloat, decodeFloat8, decodeHalf } from './narrowFloats.js';
import { quoteName } from './quoteName.js';
import type { SafetensorsTensor } from './safetensors.js';

/**
 * The elements of a stored tensor as float32. F32 is bit-exact, and a view of the file where its alignment allows
 * (so do not write to it); F16, BF16, F8_E4M3 and F8_E5M2 are widened exactly; F64 is rounded.
 *
 * @param name the tensor's, for messages
 * @throws CheckpointError if a finite value is beyond float32, an integer is not exact in it, or the dtype has no
 *   float32 form (complex and block-scaled types)
 */
export function decodeFloat32(name: string, tensor: SafetensorsTensor): Float32Array {
  const { dtype, data } = tensor;
  switch (dtype) {
    case 'F32':
      return alignedView(Float32Array, data);
    case 'F16':
      return decodeHalf(alignedView(Uint16Array, data));
    case 'BF16':
      return decodeBrainFloat(alignedView(Uint16Array, data));
    case 'F8_E4M3':
    case 'F8_E5M2':
      return decodeFloat8(dtype, data);
    case 'F64':
      return narrow(name, tensor, alignedView(Float64Array, data));
    case 'BOOL':
      return Float32Array.from(data, (byte) => (byte === 0 ? 0 : 1));
    case 'U8':
      return new Float32Array(data);
    case 'I8':
      return new Float32Array(alignedView(Int8Array, data));
    case 'I16':
      return new Float32Array(alignedView(Int16Array, data));
    case 'U16':
      return new Float32Array(alignedView(Uint16Array, data));
    case 'I32':
      return exactFloats(name, tensor, alignedView(Int32Array, data));
    case 'U32':
      return exactFloats(name, tensor, alignedView(Uint32Array, data));
    case 'I64':
      return exactFloats(name, tensor, alignedView(BigInt64Array, data));
    case 'U64':
      return exactFloats(name, tensor, alignedView(BigUint64Array, data));
    default:
      throw noSuchForm(name, tensor, 'float32');
  }
}

/**
 * The elements of a stored tensor of integers or booleans as int32. I32 is a view of the file where its alignment
 * allows (so do not write to it).
 *
 * @param name the tensor's, for messages
 * @throws CheckpointError if an integer is beyond int32, or the tensor is not of integers
 */
export function decodeInt32(name: string, tensor: SafetensorsTensor): Int32Array {
  const { dtype, data } = tensor;
  switch (dtype) {
    case 'I32':
      return alignedView(Int32Array, data);
    case 'U32':
      return exactInts(name, tensor, alignedView(Uint32Array, data));
    case 'I64':
      return exactInts(name, tensor, alignedView(BigInt64Array, data));
    case 'U64':
      return exactInts(name, tensor, alignedView(BigUint64Array, data));
    case 'I16':
      return new Int32Array(alignedView(Int16Array, data));
    case 'U16':
      return new Int32Array(alignedView(Uint16Array, data));
    case 'I8':
      return new Int32Array(alignedView(Int8Array, data));
    case 'U8':
      return new Int32Array(data);
    case 'BOOL':
      return Int32Array.from(data, (byte) => (byte === 0 ? 0 : 1));
    default:
      throw noSuchForm(name, tensor, 'int32');
  }
}

/** A view of the bytes, or of a copy of them where they do not start at a multiple of the element's size. */
function alignedView<View>(
  View: { new (buffer: ArrayBufferLike, byteOffset: number, length: number): View; readonly BYTES_PER_ELEMENT: number },
  bytes: Uint8Array,
): View {
  const size = View.BYTES_PER_ELEMENT;
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new View(aligned.buffer, aligned.byteOffset, aligned.byteLength / size);
}

function narrow(name: string, tensor: SafetensorsTensor, values: Float64Array): Float32Array {
  const narrowed = new Float32Array(values);
  const tooLarge = narrowed.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(values[i]!));
  if (tooLarge >= 0) throw outOfRange(name, tensor, tooLarge, values[tooLarge]!, 'float32');
  return narrowed;
}

type Integers = Int32Array | Uint32Array | BigInt64Array | BigUint64Array;

function exactFloats(name: string, tensor: SafetensorsTensor, values: Integers): Float32Array {
  const floats = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    floats[i] = Number(value);
    if (BigInt(floats[i]!) !== BigInt(value)) throw outOfRange(name, tensor, i, value, 'float32');
  }
  return floats;
}

function exactInts(name: string, tensor: SafetensorsTensor, values: Integers): Int32Array {
  const ints = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < -0x80000000 || value > 0x7fffffff) throw outOfRange(name, tensor, i, value, 'int32');
    ints[i] = Number(value);
  }
  return ints;
}

function outOfRange(
  name: string,
  { dtype }: SafetensorsTensor,
  index: number,
  value: number | bigint,
  target: string,
): CheckpointError {
  return new CheckpointError(
    `Tensor ${quoteName(name)} (${dtype}) holds ${value} at element ${index}, which ${target} cannot hold.\n` +
      'Export the checkpoint with a narrower dtype, or read the tensor from its bytes (`data`).',
    { value },
  );
}

function noSuchForm(name: string, { dtype }: SafetensorsTensor, target: string): CheckpointError {
  const advice =
    target === 'int32' && /^B?F(8|16|32|64)/.test(dtype)
      ? 'Its elements are fractions: use decodeFloat32.'
      : 'Export the checkpoint as F32, F16 or BF16, or read the tensor from its bytes (`data`).';
  return new CheckpointError(
    `Tensor ${quoteName(name)} has the dtype ${dtype}, which has no ${target} form.\n${advice}`,
    {
      value: dtype,
    },
  );
}
