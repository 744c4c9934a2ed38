import type { RandomStream } from '../nn/index.js';
import { softmaxWeights } from './softmaxWeights.js';

/** The id of the largest logit; of equal ones the first. */
export function likeliestToken(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
}

/** An id drawn with the probabilities softmax(logits), in double precision. One uniform number a token. */
export function sampleToken(logits: Float32Array, random: RandomStream): number {
  const { weights, total } = softmaxWeights(logits);
  let rest = random.nextUniform() * total;
  let last = 0;
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id]!;
    if (weight === 0) continue;
    last = id;
    rest -= weight;
    if (rest < 0) return id;
  }
  return last; // rounding used up the weights
}
