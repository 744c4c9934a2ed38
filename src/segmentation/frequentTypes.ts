import { rejectUnknownOptions } from '../errors/index.js';
import { checkAtLeastOne } from './checkAtLeastOne.js';
import type { TypeCounts } from './countTypes.js';

/** Options of `frequentTypes`. */
export interface FrequentTypesOptions {
  /** How often a type must occur; 1 by default. */
  readonly minFrequency?: number;
  /** The most types to keep; all by default. */
  readonly maxTypes?: number;
}

/**
 * The most frequent types, those first that occur most often; of equals, those first in order of code unit. So one
 * corpus gives one list, in whatever order it was read.
 *
 * @throws ConfigError if an option is unknown or out of range
 */
export function frequentTypes(counts: Pick<TypeCounts, 'frequencies'>, options: FrequentTypesOptions = {}): string[] {
  rejectUnknownOptions('frequentTypes', options, ['minFrequency', 'maxTypes']);
  const { minFrequency = 1, maxTypes = Number.POSITIVE_INFINITY } = options;
  checkAtLeastOne('frequentTypes', { minFrequency, maxTypes });
  return [...counts.frequencies]
    .filter(([, frequency]) => frequency >= minFrequency)
    .sort(([a, inA], [b, inB]) => inB - inA || (a < b ? -1 : 1))
    .slice(0, maxTypes)
    .map(([type]) => type);
}
