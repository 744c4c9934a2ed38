import { ConfigError } from '../errors/index.js';
import type { EncodedMatrixOptions } from '../ops/index.js';
import type { Parameter } from './parameter.js';

/**
 * What an encoded form of a parameter stands for. A table is stored row by row, a linear map's weight [in, out] by columns.
 *
 * @throws ConfigError if it is neither matrix nor embedding with two axes
 */
export function encodedLayout({ shape, role, encodable }: Parameter): EncodedMatrixOptions {
  if (encodable) return { shape: shape as readonly [number, number], outputAxis: role === 'embedding' ? 0 : 1 };
  throw new ConfigError(
    `Parameter: [${shape.join(', ')}] with the role '${role}' has no encoded form. Matrices and embeddings ` +
      'with two axes have.',
    { value: shape },
  );
}
