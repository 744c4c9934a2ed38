/** Probabilities of one row up to a common factor, in double precision. */
export interface SoftmaxWeights {
  /** [vocabSize], 0..1: exp(logit - largest logit) */
  readonly weights: Float64Array;
  /** Their sum: the probability of a token is weight / total. */
  readonly total: number;
}

/** The softmax of one row before its division. */
export function softmaxWeights(logits: Float32Array): SoftmaxWeights {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > largest) largest = logit;
  const weights = new Float64Array(logits.length);
  let total = 0;
  for (let id = 0; id < logits.length; id++) {
    const weight = Math.exp(logits[id]! - largest);
    weights[id] = weight;
    total += weight;
  }
  return { weights, total };
}
