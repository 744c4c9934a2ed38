import { ConfigError } from '../errors/index.js';

/** What a number must be. */
export interface NumberLimits {
  /** Whether it must be whole. */
  readonly whole?: boolean;
  /** The smallest it may be. */
  readonly min?: number;
  /** What it must be greater than. */
  readonly above?: number;
  /** What it must be less than. */
  readonly below?: number;
}

/**
 * Refuses an option that is not the number it must be.
 *
 * @param name who takes the option, and which: 'adamW: epsilon'
 * @returns the number
 * @throws ConfigError with the number as its value
 */
export function checkNumber(name: string, value: number, limits: NumberLimits = {}): number {
  const { whole = false, min, above, below } = limits;
  const fits =
    typeof value === 'number' &&
    (whole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
    !(min !== undefined && value < min) &&
    !(above !== undefined && value <= above) &&
    !(below !== undefined && value >= below);
  if (fits) return value;
  const bounds = [
    min === undefined ? [] : [`>= ${min}`],
    above === undefined ? [] : [`> ${above}`],
    below === undefined ? [] : [`< ${below}`],
  ].flat();
  const kind = whole ? 'a whole number' : 'a finite number';
  throw new ConfigError(`${name} is ${String(value)}. It must be ${[kind, bounds.join(' and ')].join(' ').trim()}.`, {
    value,
  });
}
