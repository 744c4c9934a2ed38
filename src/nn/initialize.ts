import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import { hashSeed } from '../ops/hash.js';
import { type AnyModule, namedParameters } from './module.js';

/** What `initialize` takes. */
export interface InitializeOptions {
  /** 32-bit integer: one seed, one model, bit for bit. */
  readonly seed: number;
}

/**
 * Gives every parameter a seed of its own, made from `seed` and its path, so that the order of construction does not
 * matter. The numbers themselves are drawn on first use; numbers there were are forgotten.
 *
 * @throws ConfigError if the option is misspelt, or the seed no whole number
 */
export function initialize(module: AnyModule, options: InitializeOptions): void {
  rejectUnknownOptions('initialize', options, ['seed']);
  const { seed } = options;
  if (!Number.isInteger(seed)) {
    throw new ConfigError(`initialize: seed ${String(seed)} is not a whole number. Try 0.`, { value: seed });
  }
  for (const [path, parameter] of namedParameters(module)) parameter.seed(hashSeed(seed, path), path);
}
