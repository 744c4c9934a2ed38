// What a run of a suite leaves behind, as JSON.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from './machine.js';
import type { Measure } from './measure.js';

/** What one contender did. */
export interface ContenderResult {
  readonly name: string;
  readonly threads: number;
  /** Why there are no times. */
  readonly problem?: string;
  /** Whether that is because it computes something else than ours does. */
  readonly disagrees?: boolean;
  /** The most memory that its process held at any time. */
  readonly peakBytes?: number;
  /** Of its answers and ours, the smallest. */
  readonly cosine?: number;
  /** Milliseconds by measure: the samples of each round. */
  readonly times: Readonly<Record<string, readonly (readonly number[])[]>>;
}

/** What the contenders of one race did. */
export interface RaceResult {
  readonly id: string;
  readonly title: string;
  readonly measures: readonly Measure[];
  readonly contenders: readonly ContenderResult[];
}

/** A table of numbers that no contest produced. */
export interface PlainTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What is to be said below it. */
  readonly notes?: readonly string[];
}

/** One run of a suite. */
export interface SuiteResult {
  readonly suite: string;
  /** As in `toISOString`. */
  readonly date: string;
  /** Whether shapes were smaller and rounds fewer, for a first look. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly machine: Machine;
  /** Of the libraries compared. */
  readonly versions: Readonly<Record<string, string>>;
  readonly races: readonly RaceResult[];
  readonly tables: readonly PlainTable[];
}

/** Where results, pictures and the models of a run lie; git does not look at it. */
export const resultsFolder = fileURLToPath(new URL('../results/', import.meta.url));

/** Writes a file into the folder of results. */
export function writeResult(name: string, contents: string): string {
  mkdirSync(resultsFolder, { recursive: true });
  const path = join(resultsFolder, name);
  writeFileSync(path, contents);
  return path;
}

/** The last run of a suite, or undefined. */
export function readResult(suite: string): SuiteResult | undefined {
  const path = join(resultsFolder, `${suite}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as SuiteResult) : undefined;
}
