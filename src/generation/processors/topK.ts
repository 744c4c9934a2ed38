import { ConfigError } from '../../errors/index.js';
import { kthLargest } from './kthLargest.js';
import type { LogitsProcessor } from './logitsProcessor.js';

/**
 * Forbids all but the k likeliest tokens; tokens as likely as the last of them stay too, as in Hugging Face's.
 *
 * @param k whole number >= 1
 * @throws ConfigError if it is not
 * @see Fan et al. 2018, https://arxiv.org/abs/1805.04833
 */
export function topK(k: number): LogitsProcessor {
  if (!Number.isInteger(k) || k < 1) {
    throw new ConfigError(`topK ${k} is not a whole number >= 1.\nTry 40, or leave it out to allow every token.`, {
      value: k,
    });
  }
  return (logits) => {
    if (k >= logits.length) return;
    const least = kthLargest(logits, k);
    for (let id = 0; id < logits.length; id++) if (logits[id]! < least) logits[id] = Number.NEGATIVE_INFINITY;
  };
}
