import { ConfigError } from '../../errors/index.js';
import type { LogitsProcessor } from './logitsProcessor.js';

/**
 * Makes the tokens of the prompt and of the text so far less likely, once each: positive logits are divided, negative
 * ones multiplied.
 *
 * @param penalty greater than 0; above 1 repetition becomes less likely, below 1 likelier
 * @throws ConfigError if it is not
 * @see Keskar et al. 2019 (CTRL), https://arxiv.org/abs/1909.05858, section 4.1
 */
export function repetitionPenalty(penalty: number): LogitsProcessor {
  if (!(penalty > 0 && penalty < Number.POSITIVE_INFINITY)) {
    throw new ConfigError(`repetitionPenalty ${penalty} is not a number above 0.\nTry 1.2; 1 changes nothing.`, {
      value: penalty,
    });
  }
  return (logits, { tokenIds }) => {
    for (const id of new Set(tokenIds)) {
      const logit = logits[id]!;
      logits[id] = logit < 0 ? logit * penalty : logit / penalty;
    }
  };
}
