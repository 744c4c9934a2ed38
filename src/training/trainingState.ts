// All that a training needs to go on as if it had never been interrupted, and its form in files.
import { type CheckpointFolder, decodeFloat32, readSafetensors, writeSafetensors } from '../checkpoints/index.js';
import { CheckpointError } from '../errors/index.js';
import type { EventLoop } from '../eventLoop/eventLoop.js';
import type { DataPosition } from './batches.js';
import type { CallbackState } from './callbacks.js';
import { checksum } from './checksum.js';
import type { TrainingHistory } from './history.js';
import type { JsonValue } from './json.js';
import type { SavedParameterState } from './optimizerState.js';
import type { Weight, Weights } from './weights.js';

/** A training after one of its steps. */
export interface TrainingState {
  /** Updates made. */
  readonly step: number;
  readonly seed: number;
  readonly accumulate: number;
  /** The optimizer's name. */
  readonly optimizer: string;
  readonly data: DataPosition;
  readonly history: Omit<TrainingHistory, 'ending'>;
  readonly weights: Weights;
  /** By parameter path. */
  readonly slots: ReadonlyMap<string, SavedParameterState>;
  /** By callback name. */
  readonly callbacks: ReadonlyMap<string, CallbackState>;
}

/** Raised when an older version could not read the files any more. */
const FORMAT_VERSION = 1;

const STATE_FILE = 'training.json';
const WEIGHTS_FILE = 'model.safetensors';
const SLOTS_FILE = 'optimizer.safetensors';

/** What `training.json` holds. Lists of pairs, since a path may be any name. */
interface StateFile {
  readonly formatVersion: number;
  readonly step: number;
  readonly seed: number;
  readonly accumulate: number;
  readonly optimizer: { readonly name: string; readonly updates: readonly (readonly [path: string, number])[] };
  readonly data: DataPosition;
  readonly history: JsonValue;
  readonly callbacks: readonly {
    readonly name: string;
    readonly values: JsonValue;
    readonly snapshot?: { readonly step: number; readonly file: string } | undefined;
  }[];
  /** CRC-32 of the other files. */
  readonly files: readonly (readonly [file: string, checksum: number])[];
}

/** The files of a state: weights, optimizer slots and snapshots as safetensors, the rest as JSON. */
export async function stateToFiles(state: TrainingState, eventLoop: EventLoop): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  files.set(WEIGHTS_FILE, weightsToFile(state.weights));
  const slots = new Map<string, Weight>();
  for (const [path, saved] of state.slots) {
    const { shape } = state.weights.get(path)!;
    for (const [slot, data] of saved.slots) slots.set(`${slot}/${path}`, { shape, data });
  }
  files.set(SLOTS_FILE, weightsToFile(slots));
  const callbacks = [...state.callbacks].map(([name, { values, snapshot }], index) => {
    if (snapshot === undefined) return { name, values };
    const file = `snapshot-${index}.safetensors`;
    files.set(file, weightsToFile(snapshot.weights));
    return { name, values, snapshot: { step: snapshot.step, file } };
  });
  const checksums: [string, number][] = [];
  for (const [file, bytes] of files) checksums.push([file, await checksum(bytes, eventLoop)]);
  const content: StateFile = {
    formatVersion: FORMAT_VERSION,
    step: state.step,
    seed: state.seed,
    accumulate: state.accumulate,
    optimizer: { name: state.optimizer, updates: [...state.slots].map(([path, { updates }]) => [path, updates]) },
    data: state.data,
    history: encodeHistory(state.history),
    callbacks,
    files: checksums,
  };
  return files.set(STATE_FILE, await sealed(content, eventLoop));
}

/**
 * Reads a state back.
 *
 * @throws CheckpointError if a file is missing or damaged, or written by a newer version
 */
export async function stateFromFolder(folder: CheckpointFolder, eventLoop: EventLoop): Promise<TrainingState> {
  const content = await unsealed(await folder.read(STATE_FILE), eventLoop);
  const files = new Map<string, Weights>();
  for (const [file, expected] of content.files) {
    const bytes = await folder.read(file);
    if ((await checksum(bytes, eventLoop)) !== expected) throw damaged(file);
    files.set(file, weightsFromFile(bytes));
  }
  try {
    return assemble(content, files);
  } catch (cause) {
    throw damaged(STATE_FILE, cause); // the checksum is right, but something is missing: not written by `stateToFiles`
  }
}

function assemble(content: StateFile, files: ReadonlyMap<string, Weights>): TrainingState {
  const slots = new Map<string, { updates: number; slots: Map<string, Float32Array> }>();
  for (const [path, updates] of content.optimizer.updates) slots.set(path, { updates, slots: new Map() });
  for (const [name, { data }] of files.get(SLOTS_FILE)!) {
    const [slot, path] = splitOnce(name, '/');
    slots.get(path)!.slots.set(slot, data);
  }
  const callbacks = content.callbacks.map(({ name, values, snapshot }): [string, CallbackState] => {
    if (snapshot === undefined) return [name, { values }];
    return [name, { values, snapshot: { step: snapshot.step, weights: files.get(snapshot.file)! } }];
  });
  const { step, seed, accumulate, data } = content;
  return {
    step,
    seed,
    accumulate,
    optimizer: content.optimizer.name,
    data,
    history: decodeHistory(content.history),
    weights: files.get(WEIGHTS_FILE)!,
    slots,
    callbacks: new Map(callbacks),
  };
}

/** JSON together with the checksum of its text. */
async function sealed(content: StateFile, eventLoop: EventLoop): Promise<Uint8Array> {
  const text = JSON.stringify(content);
  const seal = await checksum(new TextEncoder().encode(text), eventLoop);
  return new TextEncoder().encode(JSON.stringify({ checksum: seal, content }));
}

async function unsealed(bytes: Uint8Array, eventLoop: EventLoop): Promise<StateFile> {
  let file: { checksum: number; content: StateFile };
  try {
    file = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw damaged(STATE_FILE, cause);
  }
  // JSON that was parsed and written again is the same text, down to the digits of its numbers.
  const text = JSON.stringify(file?.content);
  if (text === undefined || (await checksum(new TextEncoder().encode(text), eventLoop)) !== file.checksum) {
    throw damaged(STATE_FILE);
  }
  const { formatVersion } = file.content;
  if (formatVersion === FORMAT_VERSION) return file.content;
  throw new CheckpointError(
    `fit: the checkpoint has format version ${formatVersion}, and this version of sesame-nlp reads ${FORMAT_VERSION}.\n` +
      'Resume with the version that wrote it.',
    { value: formatVersion },
  );
}

function weightsToFile(weights: Weights): Uint8Array {
  return writeSafetensors(new Map([...weights].map(([name, weight]) => [name, { dtype: 'F32', ...weight }])));
}

function weightsFromFile(bytes: Uint8Array): Weights {
  const { tensors } = readSafetensors(bytes);
  return new Map(
    [...tensors].map(([name, tensor]) => [name, { shape: tensor.shape, data: decodeFloat32(name, tensor) }]),
  );
}

type SavedHistory = TrainingState['history'];

/** JSON has no NaN and no infinities, which a metric may well be: they become strings. */
function encodeHistory(history: SavedHistory): JsonValue {
  const { steps, losses, counts, learningRates, gradientNorms } = history;
  const evaluations = history.evaluations.map(({ step, loss, metrics }) => ({
    step,
    loss,
    metrics: Object.entries(metrics).map(([name, value]) => [name, Number.isFinite(value) ? value : String(value)]),
  }));
  return { steps, losses, counts, learningRates, gradientNorms, evaluations };
}

function decodeHistory(history: JsonValue): SavedHistory {
  type Encoded = Omit<SavedHistory, 'evaluations'> & {
    evaluations: { step: number; loss: number; metrics: [string, number | string][] }[];
  };
  const { evaluations, ...rest } = history as unknown as Encoded; // its checksum says that we wrote it
  return {
    ...rest,
    evaluations: evaluations.map(({ step, loss, metrics }) => ({
      step,
      loss,
      metrics: Object.fromEntries(metrics.map(([name, value]) => [name, Number(value)])),
    })),
  };
}

function splitOnce(text: string, separator: string): [string, string] {
  const place = text.indexOf(separator);
  return [text.slice(0, place), text.slice(place + 1)];
}

function damaged(file: string, cause?: unknown): CheckpointError {
  return new CheckpointError(`fit: ${file} of the checkpoint is damaged.`, {
    value: file,
    cause,
  });
}
