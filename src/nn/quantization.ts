import { ConfigError, nearestName } from '../errors/index.js';
import type { EncodingError } from '../ops/index.js';
import type { Parameter } from './parameter.js';

/** What became of one matrix. */
export interface QuantizedMatrix extends EncodingError {
  /** The parameter's path. */
  readonly path: string;
  /** The parameter's shape. */
  readonly shape: readonly number[];
}

/** What rounding a model's weights cost and saved. As a text it is a table: `console.log(String(report))`. */
export interface QuantizationReport {
  /** Memory of all parameters before, in bytes: also of those whose numbers had not been drawn yet. */
  readonly bytesBefore: number;
  /** Memory of all parameters after, in bytes. */
  readonly bytesAfter: number;
  /** The matrices that were rounded, in the order of the parameters. */
  readonly matrices: readonly QuantizedMatrix[];
  /** The table. */
  toString(): string;
}

/** The forms that `quantize` knows. */
const ENCODINGS = ['int8'];

/**
 * Rounds every matrix and embedding to 8 bits, one after the other: beside the rounded ones there is one of floats at most.
 *
 * @param parameters by path
 * @throws ConfigError if the encoding is another than 'int8'
 */
export async function quantizeParameters(
  parameters: ReadonlyMap<string, Parameter>,
  encoding: 'int8',
): Promise<QuantizationReport> {
  if (!ENCODINGS.includes(encoding)) {
    const nearest = nearestName(String(encoding), ENCODINGS);
    throw new ConfigError(
      `quantize: there is no encoding ${String(encoding)}.\n` +
        (nearest === undefined ? `Encodings: ${ENCODINGS.join(', ')}.` : `Did you mean ${nearest}?`),
      { value: encoding },
    );
  }
  const bytes = () => [...parameters.values()].reduce((sum, parameter) => sum + parameter.bytes, 0);
  const bytesBefore = bytes();
  const matrices: QuantizedMatrix[] = [];
  for (const [path, parameter] of parameters) {
    if (!parameter.encodable || parameter.encoding === encoding) continue;
    matrices.push({ path, shape: parameter.shape, ...(await parameter.quantize()) });
  }
  const report = { bytesBefore, bytesAfter: bytes(), matrices };
  return { ...report, toString: () => table(report) };
}

function table({ bytesBefore, bytesAfter, matrices }: QuantizationReport): string {
  const rows = [
    ['matrix', 'shape', 'relative error', 'cosine'],
    ...matrices.map(({ path, shape, relativeError, cosine }) => [
      path,
      `[${shape.join(', ')}]`,
      `${(100 * relativeError).toFixed(2)}%`,
      cosine.toFixed(6),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  '),
  );
  return [...lines, `${mebibytes(bytesBefore)} -> ${mebibytes(bytesAfter)}`].join('\n');
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(2)} MiB`;
}
