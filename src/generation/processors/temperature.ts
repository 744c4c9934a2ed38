import { ConfigError } from '../../errors/index.js';
import type { LogitsProcessor } from './logitsProcessor.js';

/**
 * Divides the logits: below 1 the likely tokens become likelier, above 1 all become more alike.
 *
 * @param value greater than 0; 1 changes nothing
 * @throws ConfigError if it is not
 */
export function temperature(value: number): LogitsProcessor {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new ConfigError(
      `temperature ${value} is not a number above 0.\nTry 0.8. Always the likeliest token is \`temperature: 0\` of generate.`,
      { value },
    );
  }
  return (logits) => {
    for (let id = 0; id < logits.length; id++) logits[id]! /= value;
  };
}
