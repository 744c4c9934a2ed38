import type { Decoder } from '../pipeline.js';
import { SPACING } from './cleanUpToken.js';
import { fuseDecoder } from './fuse.js';
import { replaceDecoder } from './replace.js';
import { sequenceDecoder } from './sequence.js';
import { wordPieceDecoder } from './wordPiece.js';

/**
 * Words of WordPiece with spaces between them as English has them: the spaces that are too many go from the text as a
 * whole, as BERT's first tokenizers have it. (`wordPieceDecoder` looks at one token at a time, and leaves `don ' t`.)
 */
export function cleanUpDecoder(): Decoder {
  return sequenceDecoder([
    wordPieceDecoder({ cleanup: false }),
    fuseDecoder(),
    ...SPACING.map(([from, to]) => replaceDecoder(from, to)),
  ]);
}
