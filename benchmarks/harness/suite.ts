import type { Race } from './race.js';
import type { PlainTable, RaceResult } from './results.js';

/** What the command line asks a suite for. */
export interface SuiteOptions {
  /** Smaller shapes: under two minutes on two cores. */
  readonly quick: boolean;
  /** The numbers of threads to compare. */
  readonly threads: readonly number[];
  /** A folder for models, which is there as long as the suite runs. */
  readonly models: string;
  /** Runs a race and shows its table, unless the suite makes a table of its own from it. */
  run(race: Race, display?: 'shown' | 'hidden'): Promise<RaceResult>;
  /** Shows a table. */
  show(table: PlainTable): void;
}

/** A suite: it runs its races one after the other. */
export type Suite = (options: SuiteOptions) => Promise<void>;
