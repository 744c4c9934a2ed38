import { ConfigError, nearestName, rejectUnknownOptions } from '../errors/index.js';
import { type EncodingError, Int8Matrix } from '../ops/index.js';
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

/** What `quantize` takes besides the encoding. */
export interface QuantizeOptions {
  /**
   * How finely what goes into a product may be rounded. 'fine', the default: as sums of 32 bits allow, which adds nothing to
   * the error of the weights. 'coarse': to 7 bits, which is faster with several rows where the engine has relaxed SIMD (Node
   * 22, Chromium) and the processor multiplies bytes (AVX-VNNI, ARM). A model that is 8-bit already can be asked again.
   */
  readonly activations?: Int8Matrix['activations'] | undefined;
}

/** The forms that `quantize` knows. */
const ENCODINGS = ['int8'];
const ACTIVATIONS = ['fine', 'coarse'];

/**
 * Rounds every matrix and embedding to 8 bits, one after the other: beside the rounded ones there is one of floats at most.
 *
 * @param parameters by path
 * @throws ConfigError if the encoding is another than 'int8', or an option is misspelt
 */
export async function quantizeParameters(
  parameters: ReadonlyMap<string, Parameter>,
  encoding: 'int8',
  options: QuantizeOptions = {},
): Promise<QuantizationReport> {
  rejectUnknownOptions('quantize', options, ['activations']);
  const { activations = 'fine' } = options;
  if (!ENCODINGS.includes(encoding)) {
    const nearest = nearestName(String(encoding), ENCODINGS);
    throw new ConfigError(
      `quantize: there is no encoding ${String(encoding)}.\n` +
        (nearest === undefined ? `Encodings: ${ENCODINGS.join(', ')}.` : `Did you mean ${nearest}?`),
      { value: encoding },
    );
  }
  if (!ACTIVATIONS.includes(activations)) {
    throw new ConfigError(`quantize: activations is ${String(activations)}, and must be 'fine' or 'coarse'.`, {
      value: activations,
    });
  }
  const bytes = () => [...parameters.values()].reduce((sum, parameter) => sum + parameter.bytes, 0);
  const bytesBefore = bytes();
  const matrices: QuantizedMatrix[] = [];
  for (const [path, parameter] of parameters) {
    if (!parameter.encodable) continue;
    if (parameter.encoding !== encoding) {
      matrices.push({ path, shape: parameter.shape, ...(await parameter.quantize()) });
    }
    if (parameter.operand instanceof Int8Matrix) parameter.operand.activations = activations;
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
