import { CheckpointError } from '../errors/index.js';
import { quoteName } from './quoteName.js';
import { maxHeaderBytes, metadataKey } from './safetensors.js';
import { alignmentRank, isDtype, type SafetensorsDtype, tensorBytes } from './safetensorsDtype.js';

/** A tensor to be written: a typed array of its dtype, or the bytes themselves. */
export interface TensorToWrite {
  /** The element type in the file. Nothing is converted: `data` must hold it already. */
  readonly dtype: SafetensorsDtype;
  /** The outermost dimension first; [] is a scalar. */
  readonly shape: readonly number[];
  /** Row-major elements: the array of the dtype (Float32Array for F32, Uint16Array for F16), or Uint8Array for any. */
  readonly data:
    | Uint8Array
    | Int8Array
    | Int16Array
    | Uint16Array
    | Int32Array
    | Uint32Array
    | Float32Array
    | Float64Array
    | BigInt64Array
    | BigUint64Array;
}

/** A Float32Array has as many bytes as an I32 tensor: only its kind tells that one is not the other. */
const dtypesOfArray: ReadonlyMap<string, readonly SafetensorsDtype[]> = new Map([
  ['Int8Array', ['I8']],
  ['Int16Array', ['I16']],
  ['Uint16Array', ['U16', 'F16', 'BF16']],
  ['Int32Array', ['I32']],
  ['Uint32Array', ['U32']],
  ['Float32Array', ['F32', 'C64']],
  ['Float64Array', ['F64']],
  ['BigInt64Array', ['I64']],
  ['BigUint64Array', ['U64']],
]);

/**
 * Writes tensors as a safetensors file, byte for byte as the reference implementation lays it out: the largest element
 * types first, then by name, after a header padded with spaces so that the data starts at a multiple of 8. The same
 * tensors and metadata give the same bytes, whatever the order of the maps.
 *
 * @param tensors by name
 * @param metadata the header's `__metadata__`; Hugging Face's loaders expect `format: 'pt'` here
 * @throws CheckpointError if a shape and its data disagree, or a name cannot be stored
 * @see https://github.com/huggingface/safetensors#format
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorToWrite>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const inOrder = [...tensors].sort(
    ([nameA, a], [nameB, b]) => alignmentRank(b.dtype) - alignmentRank(a.dtype) || compareNames(nameA, nameB),
  );
  for (const [name, tensor] of inOrder) checkTensor(name, tensor);

  const header = new TextEncoder().encode(headerJson(inOrder, metadata));
  const headerBytes = Math.ceil(header.length / 8) * 8;
  if (headerBytes > maxHeaderBytes) {
    throw new CheckpointError(
      `writeSafetensors: the header would have ${headerBytes} bytes, the format allows ${maxHeaderBytes}.\n` +
        'Write fewer tensors or less metadata to a file.',
      { value: headerBytes },
    );
  }
  const dataStart = 8 + headerBytes;
  const file = allocate(inOrder.reduce((total, [, { data }]) => total + data.byteLength, dataStart));
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(header, 8);
  file.fill(0x20, 8 + header.length, dataStart);
  let position = dataStart;
  for (const [, { data }] of inOrder) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

/** JSON text put together by hand: an object's keys would lose `__proto__` and reorder numbers. */
function headerJson(
  tensors: readonly (readonly [string, TensorToWrite])[],
  metadata: ReadonlyMap<string, string>,
): string {
  const members: string[] = [];
  if (metadata.size > 0) {
    const entries = [...metadata].sort(([a], [b]) => compareNames(a, b));
    const pairs = entries.map(([key, value]) => `${jsonString(key)}:${jsonString(value)}`);
    members.push(`"${metadataKey}":{${pairs.join(',')}}`);
  }
  let begin = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    const end = begin + data.byteLength;
    members.push(
      `${jsonString(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${begin},${end}]}`,
    );
    begin = end;
  }
  return `{${members.join(',')}}`;
}

function checkTensor(name: string, { dtype, shape, data }: TensorToWrite): void {
  const tensor = `writeSafetensors: tensor ${quoteName(name)}`;
  if (name === metadataKey) {
    throw new CheckpointError(`${tensor} has the name that the format keeps for metadata.\nGive it another name.`, {
      value: name,
    });
  }
  if (!isDtype(dtype)) {
    throw new CheckpointError(`${tensor} has the unknown dtype ${quoteName(String(dtype))}.\nTry F32 or I32.`, {
      value: dtype,
    });
  }
  const bytes = shape.every((size) => Number.isSafeInteger(size) && size >= 0) ? tensorBytes(dtype, shape) : undefined;
  if (bytes === undefined) {
    throw new CheckpointError(
      `${tensor} has the shape [${shape.join(', ')}].\nExpected whole numbers from 0, in all a size that a file can hold.`,
      { value: shape },
    );
  }
  if (data.byteLength !== bytes) {
    throw new CheckpointError(
      `${tensor} of ${dtype} [${shape.join(', ')}] needs ${bytes} bytes, its data has ${data.byteLength}.\n` +
        'Check the shape, or convert the data to the dtype.',
      { value: data.byteLength },
    );
  }
  const kind = data[Symbol.toStringTag];
  if (kind !== 'Uint8Array' && !dtypesOfArray.get(kind)?.includes(dtype)) {
    throw new CheckpointError(
      `${tensor} is declared ${dtype} but its data is a ${kind}.\n` +
        `Declare it ${dtypesOfArray.get(kind)?.join(' or ') ?? 'U8'}, or pass the elements' bytes as a Uint8Array.`,
      { value: dtype },
    );
  }
}

function jsonString(text: string): string {
  if (/\p{Surrogate}/u.test(text)) {
    throw new CheckpointError(
      `writeSafetensors: ${quoteName(text)} holds half a surrogate pair, which UTF-8 cannot store.\n` +
        'Use well-formed strings as names and metadata.',
      { value: text },
    );
  }
  return JSON.stringify(text);
}

/** By code point, the order of the names' UTF-8 bytes; JavaScript's own order puts U+1F600 before U+FFFD. */
function compareNames(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === shorter) return a.length - b.length;
  return orderOfUnit(a.charCodeAt(i)) - orderOfUnit(b.charCodeAt(i));
}

/** Surrogates stand for code points above all others, but lie below U+E000 as code units. */
function orderOfUnit(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

function allocate(bytes: number): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new CheckpointError(
      `writeSafetensors: there is no memory for a file of ${bytes} bytes.\nWrite the tensors to several files.`,
      { value: bytes, cause },
    );
  }
}
