import { CheckpointError } from '../errors/index.js';
import { quoteName } from './quoteName.js';
import { maxHeaderBytes, type SafetensorsFile, type SafetensorsTensor } from './safetensors.js';
import { tensorBytes } from './safetensorsDtype.js';
import { parseHeader, type TensorDeclaration } from './safetensorsHeader.js';

/** The header's length comes first, as an unsigned 64-bit integer. */
const lengthBytes = 8;

/**
 * Reads a safetensors file. Nothing is copied: each tensor's `data` is a view of `bytes`, and becomes numbers when
 * `decodeFloat32` or `decodeInt32` is asked.
 *
 * Every rule of the format is held: a file that this function accepts is covered by its tensors from the header to
 * the last byte, without holes or overlaps, and has each name once.
 *
 * @param bytes the whole file; keep it unchanged as long as the result is used
 * @throws CheckpointError if the file breaks a rule of the format, saying which
 * @see https://github.com/huggingface/safetensors#format
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  // Node's Buffer is a Uint8Array whose views are Buffers and whose slice is no copy.
  const file = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dataStart = lengthBytes + headerLength(file);
  const { declarations, metadata } = parseHeader(file.subarray(lengthBytes, dataStart));
  checkCoverage(declarations, file.length - dataStart);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, { dtype, shape, begin, end }] of declarations) {
    tensors.set(name, { dtype, shape, data: file.subarray(dataStart + begin, dataStart + end) });
  }
  return { tensors, metadata };
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < lengthBytes) {
    throw damaged(`${bytes.length} bytes are too few for a safetensors file`, bytes.length);
  }
  // As a BigInt, since a hostile length beyond 2^53 would be rounded to another one.
  const length = new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw damaged(`the header claims ${length} bytes, the most allowed is ${maxHeaderBytes}`, length);
  }
  if (length > BigInt(bytes.length - lengthBytes)) {
    throw damaged(`the header claims ${length} bytes, the file has ${bytes.length} in all`, length);
  }
  if (bytes[lengthBytes] !== '{'.charCodeAt(0) || length === 0n) {
    throw damaged('the header does not start with {', bytes[lengthBytes]);
  }
  return Number(length);
}

/** Shapes agree with offsets, and the tensors lie end to end over the whole of the data. */
function checkCoverage(declarations: ReadonlyMap<string, TensorDeclaration>, dataBytes: number): void {
  const inOrder = [...declarations].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const [name, { dtype, shape, begin, end }] of inOrder) {
    const expected = tensorBytes(dtype, shape);
    const tensor = `tensor ${quoteName(name)} (${dtype} [${shape.join(', ')}])`;
    if (expected === undefined) throw damaged(`${tensor} has a shape that no file can hold`, shape);
    if (end - begin !== expected) {
      throw damaged(`${tensor} needs ${expected} bytes, its offsets give [${begin}, ${end}]`, [begin, end]);
    }
    if (begin !== covered) {
      throw damaged(`${tensor} starts at ${begin}, the tensors before it end at ${covered}`, begin);
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw damaged(`the tensors cover ${covered} bytes of data, the file has ${dataBytes}`, dataBytes);
  }
}

function damaged(what: string, value: unknown): CheckpointError {
  return new CheckpointError(
    `readSafetensors: ${what}.\nThe file is cut, damaged, or not safetensors. Fetch or export it again.`,
    { value },
  );
}
