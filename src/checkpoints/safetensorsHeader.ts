import { CheckpointError, nearestName } from '../errors/index.js';
import { JsonCursor } from './jsonCursor.js';
import { quoteName } from './quoteName.js';
import { metadataKey } from './safetensors.js';
import { dtypes, isDtype, type SafetensorsDtype } from './safetensorsDtype.js';

/** A tensor as the header declares it; nothing about it is checked against the data yet. */
export interface TensorDeclaration {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Bytes from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

/** More than any tensor library can hold, so that a header of a hundred million ones costs no memory. */
const maxRank = 64;

const fields = ['dtype', 'shape', 'data_offsets'];

/**
 * Parses the JSON header.
 *
 * @throws CheckpointError at what is not JSON, not in the form the format asks for, or there twice
 */
export function parseHeader(bytes: Uint8Array): {
  declarations: Map<string, TensorDeclaration>;
  metadata: Map<string, string>;
} {
  const declarations = new Map<string, TensorDeclaration>();
  let metadata: Map<string, string> | undefined;
  const cursor = new JsonCursor('readSafetensors', bytes);
  cursor.object((name) => {
    if (declarations.has(name) || (name === metadataKey && metadata)) cursor.fail(`${quoteName(name)} is there twice`);
    if (name === metadataKey) metadata = parseMetadata(cursor);
    else declarations.set(name, parseDeclaration(cursor, name));
  });
  cursor.expectEnd();
  return { declarations, metadata: metadata ?? new Map() };
}

function parseMetadata(cursor: JsonCursor): Map<string, string> {
  const metadata = new Map<string, string>();
  cursor.object((key) => {
    if (metadata.has(key)) cursor.fail(`${metadataKey} has ${quoteName(key)} twice`);
    metadata.set(key, cursor.string());
  });
  return metadata;
}

function parseDeclaration(cursor: JsonCursor, name: string): TensorDeclaration {
  let dtype: string | undefined;
  let shape: readonly number[] | undefined;
  let offsets: readonly number[] | undefined;
  cursor.object((field) => {
    if (field === 'dtype' && dtype === undefined) dtype = cursor.string();
    else if (field === 'shape' && shape === undefined) shape = cursor.integers(maxRank);
    else if (field === 'data_offsets' && offsets === undefined) offsets = cursor.integers(2);
    else
      cursor.fail(
        `tensor ${quoteName(name)} has ${quoteName(field)} ${fields.includes(field) ? 'twice' : 'as a field'}`,
      );
  });
  const [begin, end] = offsets ?? [];
  if (dtype === undefined || shape === undefined || begin === undefined || end === undefined) {
    return cursor.fail(`tensor ${quoteName(name)} needs ${fields.join(', ')}`);
  }
  if (!isDtype(dtype)) throw unknownDtype(name, dtype);
  return { dtype, shape, begin, end };
}

function unknownDtype(name: string, dtype: string): CheckpointError {
  const nearest = nearestName(dtype.slice(0, 16), dtypes);
  return new CheckpointError(
    `readSafetensors: tensor ${quoteName(name)} has the unknown dtype ${quoteName(dtype)}.\n` +
      `${nearest === undefined ? '' : `The nearest is ${nearest}. `}Known: ${dtypes.join(', ')}.`,
    { value: dtype },
  );
}
