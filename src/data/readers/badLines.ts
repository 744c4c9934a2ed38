import { ConfigError, DataError } from '../../errors/index.js';

/**
 * What becomes of a line that is not as it should be: 'throw' ends the reading with the error, 'skip' goes on with the
 * next line, and so does a function, which is given the error first.
 */
export type BadLineHandling = 'throw' | 'skip' | ((error: DataError) => void);

/** @throws ConfigError if it is none of these */
export function checkBadLineHandling(owner: string, handling: unknown): void {
  if (handling === 'throw' || handling === 'skip' || typeof handling === 'function') return;
  throw new ConfigError(`${owner}: onBadLine must be 'throw', 'skip' or a function that takes the error.`, {
    value: handling,
  });
}

/** What `parse` returns, or undefined for a bad line that is left out. */
export function orBadLine<Example>(parse: () => Example, handling: BadLineHandling): Example | undefined {
  try {
    return parse();
  } catch (error) {
    if (handling === 'throw' || !(error instanceof DataError)) throw error;
    if (handling !== 'skip') handling(error);
    return undefined;
  }
}
