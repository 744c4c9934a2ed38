import { ConfigError } from '../errors/index.js';

/** @throws ConfigError unless the option is a whole number of at least `least`, such as `example` */
export function checkCount(owner: string, name: string, value: unknown, example: number, least = 1): void {
  if (Number.isInteger(value) && (value as number) >= least) return;
  throw new ConfigError(
    `${owner}: ${name} is ${String(value)}, and must be a whole number >= ${least}, such as ${example}.`,
    { value },
  );
}

/** @throws ConfigError unless the option is one of a few words */
export function checkChoice(owner: string, name: string, value: unknown, choices: readonly string[]): void {
  if (choices.includes(value as string)) return;
  throw new ConfigError(`${owner}: ${name} is ${String(value)}, and must be one of ${choices.join(', ')}.`, { value });
}

/** @throws ConfigError unless the seed is a whole number */
export function checkSeed(owner: string, seed: unknown): void {
  if (Number.isInteger(seed)) return;
  throw new ConfigError(`${owner}: seed ${String(seed)} is not a whole number.`, { value: seed });
}

/** A seed that differs from run to run, for those who give none. */
export function anySeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

/** Array.isArray, which would make of a typed list one of any. */
export function isList(value: unknown): boolean {
  return Array.isArray(value);
}
