import { gather, reshape, scatterND, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkInt32 } from './checkShape.js';
import { EncodedMatrix } from './encodedMatrix.js';
import { dispatch } from './kernel.js';
import { withGradient } from './withGradient.js';

/**
 * Rows of a table by their numbers. Its gradient adds up where a number occurs more than once.
 *
 * @param table [rows, size]; no gradient flows to one that is encoded
 * @param ids any shape, int32, each in 0..rows-1 (checked where ids enter a model as arrays; a backend is not asked)
 * @returns [...ids.shape, size]
 * @throws ShapeError if the ids are not int32
 */
export function embeddingLookup(table: Tensor | EncodedMatrix, ids: Tensor): Tensor {
  checkInt32('embeddingLookup: ids', ids);
  if (table instanceof EncodedMatrix) {
    return table.outputAxis === 0 ? table.lookUp(ids) : tidy(() => embeddingLookup(table.decode(), ids));
  }
  return withGradient([table], {
    forward: () => dispatch('SesameEmbeddingLookup', { table, ids }, {}, () => gather(table, ids)),
    save: () => [ids] as const,
    backward: (dy, [ids]) => [
      dispatch('SesameEmbeddingLookupGrad', { dy, ids }, { rows: table.shape[0]! }, () =>
        scatterND(reshape(ids, [ids.size, 1]), reshape(dy, [ids.size, table.shape[1]!]), table.shape),
      ),
    ],
  });
}
