import { ConfigError } from '../errors/index.js';

/**
 * Checks sizes that a layer is built from, by name.
 *
 * @param owner who takes them: 'MultiHeadAttention'
 * @throws ConfigError if one is not a whole number >= 1
 */
export function checkCounts(owner: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new ConfigError(`${owner}: ${name} ${value} is not a whole number >= 1.`, { value });
  }
}
