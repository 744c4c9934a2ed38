// Weights of 8 bits in a file: codes row by row, an output a row, and a scale for each row.
import { CheckpointError } from '../errors/index.js';
import type { Parameter } from '../nn/index.js';
import { Int8Matrix, int8FromRows } from '../ops/index.js';
import { decodeFloat32 } from './decodeTensor.js';
import type { SafetensorsTensor } from './safetensors.js';
import type { TensorToWrite } from './writeSafetensors.js';

/** The name of the scales of the codes stored under `name`. */
export function scalesName(name: string): string {
  return `${name}.scales`;
}

/** Whether a stored tensor is codes of parameters, which need scales: no model has weights that are whole numbers. */
export function isInt8(tensor: SafetensorsTensor, targets: readonly Parameter[]): boolean {
  return tensor.dtype === 'I8' && targets.every(({ encodable }) => encodable);
}

/**
 * The stored form of parameters that are 8-bit numbers: codes I8 [outputs, inputs], the outputs of several parameters one
 * after the other, and scales F32 [outputs].
 *
 * @returns undefined if a parameter holds floats, or they cannot be joined
 */
export async function storeInt8(
  name: string,
  parameters: readonly Parameter[],
): Promise<[string, TensorToWrite][] | undefined> {
  const matrices = parameters.map(({ operand }) => operand).filter((operand) => operand instanceof Int8Matrix);
  const joinable = parameters.length === 1 || matrices.every(({ outputAxis }) => outputAxis === 1);
  if (matrices.length < parameters.length || !joinable) return undefined;
  const parts = await Promise.all(matrices.map((matrix) => matrix.read()));
  const [outputs, inputs] = [matrices.reduce((sum, matrix) => sum + matrix.outputs, 0), matrices[0]!.inputs];
  const [rows, scales] = [new Int8Array(outputs * inputs), new Float32Array(outputs)];
  let first = 0;
  for (const part of parts) {
    rows.set(part.rows, first * inputs);
    scales.set(part.scales, first);
    first += part.scales.length;
  }
  return [
    [name, { dtype: 'I8', shape: [outputs, inputs], data: rows }],
    [scalesName(name), { dtype: 'F32', shape: [outputs], data: scales }],
  ];
}

/**
 * Gives parameters the numbers that `storeInt8` stored.
 *
 * @throws CheckpointError if their shapes are others
 */
export function loadInt8(
  name: string,
  codes: SafetensorsTensor,
  scales: SafetensorsTensor,
  targets: readonly Parameter[],
): void {
  const layouts = targets.map(({ shape, role }) => {
    const outputAxis = role === 'embedding' ? 0 : 1;
    return { shape: shape as readonly [number, number], outputAxis } as const; // encodable: two axes
  });
  const counts = layouts.map(({ shape, outputAxis }) => shape[outputAxis]);
  const inputs = layouts[0]!.shape[1 - layouts[0]!.outputAxis]!;
  const outputs = counts.reduce((sum, count) => sum + count, 0);
  checkShape(name, codes.shape, [outputs, inputs]);
  checkShape(scalesName(name), scales.shape, [outputs]);
  const rows = new Int8Array(codes.data.buffer, codes.data.byteOffset, codes.data.byteLength);
  const scaleNumbers = decodeFloat32(scalesName(name), scales);
  let first = 0;
  for (const [index, target] of targets.entries()) {
    const end = first + counts[index]!;
    const part = rows.subarray(first * inputs, end * inputs);
    target.assignEncoded(int8FromRows(part, scaleNumbers.subarray(first, end), layouts[index]!));
    first = end;
  }
}

function checkShape(name: string, stored: readonly number[], expected: readonly number[]): void {
  if (stored.join() === expected.join()) return;
  throw new CheckpointError(
    `Checkpoint: ${name} is [${stored.join(', ')}], and the model that config.json describes takes [${expected.join(', ')}].\n` +
      'The weights and config.json are of different models.',
    { value: stored },
  );
}
