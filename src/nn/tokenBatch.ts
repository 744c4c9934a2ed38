import { Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors/index.js';

/** A table of whole numbers, [batch, time]: an int32 tensor, or rows of equal length. */
export type IdTable = Tensor | readonly (readonly number[] | Int32Array)[];

/** Token ids and what goes with them, as a backbone takes them. */
export interface TokenBatch {
  /** [batch, time], numbers of tokens, 0..vocabSize-1. */
  readonly tokenIds: IdTable;
  /** [batch, time], 1 = a token, 0 = padding. All tokens by default. */
  readonly attentionMask?: IdTable | undefined;
  /** [batch, time], the segment that each token belongs to. */
  readonly typeIds?: IdTable | undefined;
  /** [batch, time], each token's place in its text; 0, 1, 2, ... from the first token that is not padding by default. */
  readonly positionIds?: IdTable | undefined;
}

/** What `toIdTensor` checks. */
export interface IdTableLimits {
  /** Who asks, and for what: 'Gpt: tokenIds'. */
  readonly name: string;
  /** Every id must be below this, and not below 0. Tensors are not read for it. */
  readonly below?: number;
  /** One number out of that range that is welcome all the same, as -100 is among labels. */
  readonly besides?: number;
  /** What to do about an id that is too large. */
  readonly advice?: string;
  /** The shape that is asked for. */
  readonly shape?: readonly number[] | undefined;
}

/**
 * A table of ids as an int32 tensor.
 *
 * @returns [batch, time]; the caller disposes it, unless it is the tensor that came in
 * @throws ShapeError if rows differ in length, none has an entry, an id is no whole number or out of range, or a
 *   tensor is not int32
 */
export function toIdTensor(ids: IdTable, limits: IdTableLimits): Tensor {
  const { name } = limits;
  checkIdTable(ids, limits);
  if (!(ids instanceof Tensor)) return fromRows(ids, limits);
  if (ids.dtype === 'int32') return ids;
  throw new ShapeError(
    `${name} must be an int32 tensor, and is ${ids.dtype}.\nMake it with tensor2d(rows, shape, 'int32').`,
    {
      value: ids.dtype,
    },
  );
}

/**
 * The part of the check that asks for no number of the table: that it is one.
 *
 * @param limits the name for messages, and the shape asked for, if any
 * @returns [batch, time]
 * @throws ShapeError if it is no table, is of another shape than asked for, or has no entry
 */
export function checkIdTable(
  ids: IdTable,
  { name, shape: expected }: Pick<IdTableLimits, 'name' | 'shape'>,
): readonly [batch: number, time: number] {
  if (!(ids instanceof Tensor)) checkRows(ids, name);
  const shape = ids instanceof Tensor ? ids.shape : [ids.length, ids[0]?.length ?? 0];
  if (shape.length === 2 && shape.includes(0)) {
    throw new ShapeError(`${name} must have at least one row with at least one entry.`, { value: shape });
  }
  if (shape.length !== 2 || (expected !== undefined && expected.join() !== shape.join())) {
    const asked = expected === undefined ? '[batch, time]' : `[${expected.join(', ')}]`;
    throw new ShapeError(`${name} must be ${asked}, and is [${shape.join(', ')}].`, { value: shape });
  }
  return shape as [number, number];
}

/** The types say no, but JavaScript and JSON do not: nothing at all, one text instead of a batch of one, a row of null. */
function checkRows(rows: readonly (readonly number[] | Int32Array)[], name: string): void {
  if (!Array.isArray(rows)) {
    throw new ShapeError(`${name} must be a tensor or rows of whole numbers, as in { tokenIds: [[0, 1, 2]] }.`, {
      value: rows,
    });
  }
  if (typeof rows[0] === 'number') {
    throw new ShapeError(
      `${name} must be [batch, time], rows of whole numbers, and is one row.\nPut it in a list: [row].`,
      { value: [rows.length, 0] },
    );
  }
  const stray = rows.findIndex((row) => !(Array.isArray(row) || row instanceof Int32Array));
  if (stray >= 0) {
    throw new ShapeError(`${name}: row ${stray} is no list of whole numbers.`, { value: rows[stray] });
  }
}

function fromRows(rows: readonly (readonly number[] | Int32Array)[], limits: IdTableLimits): Tensor {
  const { name, below, besides } = limits;
  const time = rows[0]!.length;
  const flat = new Int32Array(rows.length * time);
  for (const [index, row] of rows.entries()) {
    if (row.length !== time) {
      throw new ShapeError(
        `${name}: row ${index} has ${row.length} entries, and row 0 has ${time}.\n` +
          'Pad the rows to one length and say in attentionMask which entries are padding (0).',
        { value: row.length },
      );
    }
    for (const id of row) {
      if (Number.isInteger(id) && (below === undefined || (id >= 0 && id < below) || id === besides)) continue;
      const range = below === undefined ? 'a whole number' : `in 0..${below - 1}`;
      throw new ShapeError(`${name}: ${id} in row ${index} is not ${range}.\n${limits.advice ?? ''}`.trimEnd(), {
        value: id,
      });
    }
    flat.set(row, index * time);
  }
  return tensor2d(flat, [rows.length, time], 'int32');
}
