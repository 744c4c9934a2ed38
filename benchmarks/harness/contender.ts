import { fileURLToPath } from 'node:url';
import { type Peer, pythonWithTorch } from './peers.js';

/** One side of a race: a library, told how to run. */
export interface Contender {
  /** As tables show it: 'onnxruntime-web, int8'. */
  readonly name: string;
  /** How many threads it may use. */
  readonly threads: number;
  /** The library that must be there; undefined for ours. */
  readonly peer?: Peer | undefined;
  /** The program of its process, relative to the folder of the benchmarks: TypeScript, JavaScript or Python. */
  readonly program: string;
  /** What the program is told. */
  readonly setup: object;
}

/** A contender among all of a race: names occur once for each number of threads. */
export function idOf({ name, threads }: Pick<Contender, 'name' | 'threads'>): string {
  return `${name}, ${inWords(threads)}`;
}

/** '1 thread', '2 threads' */
export function inWords(threads: number): string {
  return `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

/** The command line of its process. */
export function commandOf({ program, setup }: Contender): readonly [command: string, ...args: string[]] {
  const path = fileURLToPath(new URL(`../${program}`, import.meta.url));
  const argument = JSON.stringify(setup);
  if (program.endsWith('.py')) return [pythonWithTorch()!.command, path, argument];
  // tsx, which runs the parent, is among the parent's own arguments. JavaScript does without, and starts faster.
  return [process.execPath, ...(program.endsWith('.ts') ? process.execArgv : []), path, argument];
}
