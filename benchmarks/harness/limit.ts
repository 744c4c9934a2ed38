import type { Contender } from './contender.js';

/** No library: what one core can do at all with vectors of 128 bits, which are what WebAssembly has. */
export const LIMIT = "one core's limit";

/** Work that cannot be done faster than a core multiplies, or reads memory. */
export interface LeastWork {
  /** Multiplications and additions of floats. */
  readonly flops?: number;
  /** Bytes that are read from memory, because no cache holds them. */
  readonly bytes?: number;
}

/** What the program of the limit is told: the work behind each measure of each task. */
export type LimitSetup = Readonly<Record<string, Readonly<Record<string, LeastWork>>>>;

/** A contender that takes as long as the work takes at the core's limit. */
export function limit(setup: LimitSetup): Contender {
  return { name: LIMIT, threads: 1, program: 'harness/limitProgram.ts', setup };
}
