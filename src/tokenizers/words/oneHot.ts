import { checkId, checkVocabSize } from './checkIds.js';

/**
 * A token as a vector with a 1 at its id and 0 elsewhere.
 *
 * @param id from 0 to `vocabSize - 1`
 * @returns [vocabSize]
 * @throws ShapeError if the id is out of range
 */
export function oneHot(id: number, vocabSize: number): Float32Array {
  checkVocabSize(vocabSize, 'oneHot');
  checkId(id, vocabSize, 'oneHot');
  const vector = new Float32Array(vocabSize);
  vector[id] = 1;
  return vector;
}
