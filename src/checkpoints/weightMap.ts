// How a model's parameters are named and laid out in a checkpoint of another library.
import { CheckpointError, nearestName } from '../errors/index.js';
import { type AnyModule, namedParameters, type Parameter } from '../nn/index.js';
import { decodeFloat32 } from './decodeTensor.js';
import { isInt8, loadInt8, scalesName, storeInt8 } from './int8Weights.js';
import type { SafetensorsTensor } from './safetensors.js';
import type { TensorToWrite } from './writeSafetensors.js';

/** One stored tensor and the parameters that it holds. */
export interface WeightEntry {
  /** Its name in the checkpoint. */
  readonly stored: string;
  /** The paths of its parameters: several lie side by side along the last axis, as fused query, key and value do. */
  readonly parameters: readonly string[];
}

/** The map of a model whose parameters are stored one by one, under their own paths. */
export function ownNames(model: AnyModule): WeightEntry[] {
  return [...namedParameters(model).keys()].map((path) => ({ stored: path, parameters: [path] }));
}

/** What a checkpoint holds besides, or lacks. */
export interface LoadWeightsOptions {
  /** Prefixes that a stored name may have or lack, such as `transformer.`. */
  readonly prefixes?: readonly string[];
  /** Stored names to pass over: buffers and copies, after their prefix was taken off. */
  readonly ignore?: RegExp;
  /** Whether matrices and embeddings are rounded to 8 bits on the way in, one by one. */
  readonly quantize?: 'int8' | undefined;
}

/**
 * Fills a model's parameters with stored tensors: floats of any width, or 8-bit codes with their scales.
 *
 * @param map the tensors that the model takes, and the parameters that each holds
 * @param tensors by stored name
 * @param options which prefixes may differ, which names are passed over, and whether floats are rounded
 * @throws CheckpointError listing every name that is missing or not expected, and shapes that do not fit; the model is
 *   then unchanged
 */
export async function loadWeights(
  model: AnyModule,
  map: readonly WeightEntry[],
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  { prefixes = [], ignore, quantize }: LoadWeightsOptions = {},
): Promise<void> {
  const withoutPrefix = (name: string) => {
    const prefix = prefixes.find((prefix) => name.startsWith(prefix));
    return prefix === undefined ? name : name.slice(prefix.length);
  };
  const wanted = new Map(map.map((entry) => [withoutPrefix(entry.stored), entry]));
  const found = new Map([...tensors].map(([name, tensor]) => [withoutPrefix(name), { name, tensor }]));
  const parameters = namedParameters(model);
  const targetsOf = (entry: WeightEntry) => entry.parameters.map((path) => parameters.get(path)!);
  const scales = [...wanted].flatMap(([name, entry]) => {
    const stored = found.get(name);
    return stored !== undefined && isInt8(stored.tensor, targetsOf(entry)) ? [scalesName(name)] : [];
  });
  const expected = new Set([...wanted.keys(), ...scales]);
  const missing = [...expected].filter((name) => !found.has(name));
  const unexpected = [...found.keys()].filter((name) => !expected.has(name) && !ignore?.test(name));
  if (missing.length > 0 || unexpected.length > 0) throw nameMismatch(missing, unexpected);

  const placed = [...wanted].map(([name, entry]) => {
    const placed = { ...found.get(name)!, targets: targetsOf(entry), scales: found.get(scalesName(name))?.tensor };
    if (placed.scales === undefined) checkShape(placed.name, placed.tensor.shape, placed.targets);
    return placed;
  });
  for (const { name, tensor, targets, scales } of placed) {
    if (scales !== undefined) {
      loadInt8(name, tensor, scales, targets);
      continue;
    }
    const values = decodeFloat32(name, tensor);
    for (const [index, target] of targets.entries()) {
      const numbers = columnsOf(values, targets, index);
      if (quantize !== undefined && target.encodable) await target.quantize(numbers);
      else target.assign(numbers);
    }
  }
}

/** The stored form of a model's weights, by stored name: what is rounded to 8 bits stays so, all else is float32. */
export async function storeWeights(model: AnyModule, map: readonly WeightEntry[]): Promise<Map<string, TensorToWrite>> {
  const parameters = namedParameters(model);
  const stored = new Map<string, TensorToWrite>();
  for (const entry of map) {
    const sources = entry.parameters.map((path) => parameters.get(path)!);
    const rounded = await storeInt8(entry.stored, sources);
    if (rounded !== undefined) {
      for (const [name, tensor] of rounded) stored.set(name, tensor);
      continue;
    }
    const values = await Promise.all(sources.map((source) => source.read()));
    stored.set(entry.stored, { dtype: 'F32', shape: fusedShape(sources), data: fuse(values, sources) });
  }
  return stored;
}

function fusedShape(parameters: readonly Parameter[]): number[] {
  const first = parameters[0]!.shape;
  return [...first.slice(0, -1), parameters.reduce((sum, { shape }) => sum + shape.at(-1)!, 0)];
}

/** One parameter's columns of a stored tensor. */
function columnsOf(values: Float32Array, parameters: readonly Parameter[], index: number): Float32Array {
  if (parameters.length === 1) return values;
  const total = fusedShape(parameters).at(-1)!;
  const start = parameters.slice(0, index).reduce((sum, { shape }) => sum + shape.at(-1)!, 0);
  const parameter = parameters[index]!;
  const width = parameter.shape.at(-1)!;
  const columns = new Float32Array(parameter.size);
  for (let row = 0; row * width < columns.length; row++) {
    columns.set(values.subarray(row * total + start, row * total + start + width), row * width);
  }
  return columns;
}

/** The inverse of `columnsOf`. */
function fuse(values: readonly Float32Array[], parameters: readonly Parameter[]): Float32Array {
  if (values.length === 1) return values[0]!;
  const total = fusedShape(parameters).at(-1)!;
  const fused = new Float32Array(values.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const [index, columns] of values.entries()) {
    const width = parameters[index]!.shape.at(-1)!;
    for (let row = 0; row * width < columns.length; row++) {
      fused.set(columns.subarray(row * width, (row + 1) * width), row * total + start);
    }
    start += width;
  }
  return fused;
}

function checkShape(name: string, stored: readonly number[], targets: readonly Parameter[]): void {
  const expected = fusedShape(targets);
  if (stored.join() === expected.join()) return;
  throw new CheckpointError(
    `Checkpoint: ${name} is [${stored.join(', ')}], and the model that config.json describes takes [${expected.join(', ')}].\n` +
      'The weights and config.json are of different models.',
    { value: stored },
  );
}

function nameMismatch(missing: readonly string[], unexpected: readonly string[]): CheckpointError {
  const shown = (names: readonly string[]) => names.slice(0, 8).join(', ') + (names.length > 8 ? ', ...' : '');
  const nearest = missing.length > 0 && unexpected.length > 0 ? nearestName(missing[0]!, unexpected) : undefined;
  const lines = [
    missing.length > 0 && `missing (${missing.length}): ${shown(missing)}`,
    unexpected.length > 0 && `not expected (${unexpected.length}): ${shown(unexpected)}`,
    nearest !== undefined && `Is ${nearest} meant to be ${missing[0]}?`,
  ].filter((line) => line !== false);
  return new CheckpointError(`Checkpoint: the weights are not those that config.json describes.\n${lines.join('\n')}`, {
    value: { missing, unexpected },
  });
}
