import { rejectUnknownOptions, ShapeError } from '../errors/index.js';
import { IGNORE_INDEX } from './alignLabels.js';
import { checkChoice, checkCount } from './checkOptions.js';

/** A row of a batch before it is padded; what `tokenizer.encode` returns is one. */
export interface UnpaddedRow {
  /** The ids of its tokens. */
  readonly ids: ArrayLike<number>;
  /** 1 = attend, 0 = padding; all are attended to by default. */
  readonly attentionMask?: ArrayLike<number> | undefined;
  /** The segment that each token belongs to; 0 by default. */
  readonly typeIds?: ArrayLike<number> | undefined;
  /** A label for each token, -100 where none is counted. */
  readonly labels?: ArrayLike<number> | undefined;
}

/** What `padBatch` takes besides the rows. */
export interface PadBatchOptions {
  /** The token that rows are filled up with; 0 by default. It is not attended to, so any that the model has will do. */
  readonly padId?: number | undefined;
  /** The length of the rows, in tokens, or 'longest', the default: that of the longest row. */
  readonly padTo?: number | 'longest' | undefined;
  /** Rounds the length up to a multiple of this, so that fewer shapes come up; 1 by default. */
  readonly padToMultipleOf?: number | undefined;
  /** Where padding goes: 'right' by default, 'left' for prompts that a model continues. */
  readonly padSide?: 'left' | 'right' | undefined;
}

/** Rows of equal length, as models take them. */
export interface PaddedBatch {
  /** [batch, time] */
  readonly tokenIds: Int32Array[];
  /** [batch, time], 1 = a token, 0 = padding. */
  readonly attentionMask: Int32Array[];
  /** [batch, time], the segment that each token belongs to, 0 for padding; left out where all are 0. */
  readonly typeIds?: Int32Array[];
  /** [batch, time], -100 for padding; left out where the rows have no labels. */
  readonly labels?: Int32Array[];
}

/**
 * Fills rows up to one length: the padding that a batch needs, and no more.
 *
 * Type ids are left out where all are 0, which is what models take them for: GPT-2 has none, and would read zeros as
 * the token 0.
 *
 * @throws ShapeError if there is no row, a row is longer than `padTo`, its arrays differ in length, or only some rows
 *   have labels
 * @throws ConfigError if an option is misspelt or cannot work
 */
export function padBatch(rows: readonly UnpaddedRow[], options: PadBatchOptions = {}): PaddedBatch {
  rejectUnknownOptions('padBatch', options, ['padId', 'padTo', 'padToMultipleOf', 'padSide']);
  const { padId = 0, padTo = 'longest', padToMultipleOf = 1, padSide = 'right' } = options;
  checkCount('padBatch', 'padId', padId, 0, 0);
  if (padTo !== 'longest') checkCount('padBatch', 'padTo', padTo, 128);
  checkCount('padBatch', 'padToMultipleOf', padToMultipleOf, 8);
  checkChoice('padBatch', 'padSide', padSide, ['left', 'right']);
  checkRows(rows);
  const longest = rows.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const length = Math.ceil((padTo === 'longest' ? longest : padTo) / padToMultipleOf) * padToMultipleOf;
  if (longest > length) {
    throw new ShapeError(
      `padBatch: a row has ${longest} tokens, and padTo is ${padTo}.\nCut it, with maxLength of tokenizer.encode, or raise padTo.`,
      { value: longest },
    );
  }
  const fill = (name: string, padding: number, valuesOf: (row: UnpaddedRow) => ArrayLike<number>) =>
    rows.map((row) => {
      const values = valuesOf(row);
      const filled = new Int32Array(length).fill(padding);
      const start = padSide === 'left' ? length - values.length : 0;
      for (let i = 0; i < values.length; i++) filled[start + i] = checkWhole(name, values[i]!);
      return filled;
    });
  const constant = ({ ids }: UnpaddedRow, value: number) => new Int32Array(ids.length).fill(value);
  const hasTypes = rows.some(({ typeIds = [] }) => Array.prototype.some.call(typeIds, (type) => type !== 0));
  return {
    tokenIds: fill('ids', padId, ({ ids }) => ids),
    attentionMask: fill('attentionMask', 0, (row) => row.attentionMask ?? constant(row, 1)),
    ...(hasTypes && { typeIds: fill('typeIds', 0, (row) => row.typeIds ?? constant(row, 0)) }),
    ...(rows[0]!.labels && { labels: fill('labels', IGNORE_INDEX, ({ labels }) => labels!) }),
  };
}

function checkRows(rows: readonly UnpaddedRow[]): void {
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new ShapeError('padBatch: there is no row.\nGive a list of encodings: [tokenizer.encode(text)].', {
      value: rows,
    });
  }
  for (const [index, row] of rows.entries()) {
    if (typeof row?.ids?.length !== 'number') {
      throw new ShapeError(`padBatch: row ${index} has no ids.\nRows are encodings, or { ids, labels, ... }.`, {
        value: row,
      });
    }
    for (const name of ['attentionMask', 'typeIds', 'labels'] as const) {
      const values = row[name];
      if (values === undefined || values.length === row.ids.length) continue;
      throw new ShapeError(
        `padBatch: row ${index} has ${row.ids.length} ids and ${values.length} ${name}.\nEach token needs one.`,
        { value: values.length },
      );
    }
    if ((row.labels === undefined) === (rows[0]!.labels === undefined)) continue;
    throw new ShapeError(
      `padBatch: row 0 and row ${index} differ in whether they have labels.\nGive all of them labels, or none.`,
      {
        value: row,
      },
    );
  }
}

function checkWhole(name: string, value: number): number {
  if (Number.isInteger(value)) return value;
  throw new ShapeError(`padBatch: ${String(value)} among the ${name} is not a whole number.`, { value });
}
