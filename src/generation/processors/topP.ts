import { ConfigError, rejectUnknownOptions } from '../../errors/index.js';
import { softmaxWeights } from '../softmaxWeights.js';
import type { LogitsProcessor } from './logitsProcessor.js';

/** What `topP` takes besides the probability. */
export interface TopPOptions {
  /** How many of the likeliest tokens stay in any case; 1 by default. */
  readonly minTokensToKeep?: number | undefined;
}

/**
 * Forbids all but the fewest likeliest tokens whose probabilities together exceed `probability`; the token that crosses
 * it stays (nucleus sampling). Of equally likely tokens the one of the lower id comes first.
 *
 * @param probability 0..1 (0 excluded); 1 changes nothing
 * @throws ConfigError if it is not
 * @see Holtzman et al. 2020, https://arxiv.org/abs/1904.09751
 */
export function topP(probability: number, options: TopPOptions = {}): LogitsProcessor {
  rejectUnknownOptions('topP', options, ['minTokensToKeep']);
  const { minTokensToKeep = 1 } = options;
  if (!(probability > 0 && probability <= 1)) {
    throw new ConfigError(`topP ${probability} is not a probability above 0.\nTry 0.95, or 1 to allow every token.`, {
      value: probability,
    });
  }
  if (!Number.isInteger(minTokensToKeep) || minTokensToKeep < 1) {
    throw new ConfigError(`topP: minTokensToKeep ${minTokensToKeep} is not a whole number >= 1.`, {
      value: minTokensToKeep,
    });
  }
  return (logits) => {
    if (probability === 1) return;
    const { weights, total } = softmaxWeights(logits);
    const ids = likeliest(weights, ((1 - probability) * total) / weights.length, minTokensToKeep);
    let seen = 0;
    let kept = 0;
    while (kept < ids.length && (kept < minTokensToKeep || seen <= probability * total)) seen += weights[ids[kept++]!]!;
    const nucleus = logits.slice();
    logits.fill(Number.NEGATIVE_INFINITY);
    for (const id of ids.subarray(0, kept)) logits[id] = nucleus[id]!;
  };
}

/**
 * Ids from the likeliest down, without those that cannot matter: tokens below `least` = (1 - p) / vocabSize are together
 * less than 1 - p, so the others exceed p without them. That leaves few to sort.
 */
function likeliest(weights: Float64Array, least: number, atLeast: number): Uint32Array {
  const all = Uint32Array.from(weights.keys());
  const likely = all.filter((id) => weights[id]! >= least);
  const candidates = likely.length >= atLeast ? likely : all;
  return candidates.sort((a, b) => weights[b]! - weights[a]! || a - b);
}
