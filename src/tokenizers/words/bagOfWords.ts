import { rejectUnknownOptions, ShapeError } from '../../errors/index.js';
import { checkId, checkVocabSize } from './checkIds.js';

/** Options of `bagOfWords`. */
export interface BagOfWordsOptions {
  /** Whether an entry says only that a token occurs (1), not how often. False by default. */
  readonly binary?: boolean;
  /** What each entry is multiplied by, [vocabSize], such as `inverseDocumentFrequencies` gives. 1 by default. */
  readonly weights?: ArrayLike<number>;
  /** Whether the vector is scaled to length 1, so that long and short texts compare. False by default. */
  readonly normalize?: boolean;
}

/**
 * A text as a vector of how often each token occurs, in whatever order: the sum of its tokens' one-hot vectors.
 *
 * @param ids from 0 to `vocabSize - 1`: of a vocabulary's `tokensToIds`, or of a tokenizer's `encode`
 * @returns [vocabSize]
 * @throws ShapeError if an id is out of range, or the weights are not one for each id
 */
export function bagOfWords(ids: ArrayLike<number>, vocabSize: number, options: BagOfWordsOptions = {}): Float32Array {
  const owner = 'bagOfWords';
  rejectUnknownOptions(owner, options, ['binary', 'weights', 'normalize']);
  const { binary = false, weights, normalize = false } = options;
  checkVocabSize(vocabSize, owner);
  if (weights !== undefined && weights.length !== vocabSize) {
    throw new ShapeError(`${owner}: there are ${weights.length} weights for ${vocabSize} ids.\nGive one for each id.`, {
      value: weights,
    });
  }
  const bag = new Float32Array(vocabSize);
  for (let position = 0; position < ids.length; position++) {
    const id = ids[position]!;
    checkId(id, vocabSize, owner);
    bag[id] = binary ? 1 : bag[id]! + 1;
  }
  if (weights !== undefined) for (let id = 0; id < vocabSize; id++) bag[id]! *= weights[id]!;
  return normalize ? toLengthOne(bag) : bag;
}

/** Scales a vector in place; one of zeros stays as it is. */
function toLengthOne(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, entry) => sum + entry * entry, 0));
  if (length > 0) for (let index = 0; index < vector.length; index++) vector[index]! /= length;
  return vector;
}
