import { ConfigError } from '../errors/index.js';

/**
 * @param limits by the names of the options
 * @throws ConfigError if one of them is below 1
 */
export function checkAtLeastOne(owner: string, limits: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(limits)) {
    if (value >= 1) continue;
    throw new ConfigError(`${owner}: ${name} is ${String(value)}.\nIt must be at least 1.`, { value });
  }
}
