import type { Contender } from './contender.js';

/** What the programs of our own contenders are told about the backend. */
export interface BackendSetup {
  /** Whether our kernels replace tfjs's ops. */
  readonly kernels: boolean;
  readonly threads: number;
}

/** sesame-nlp as it is. */
export function ours(program: string, setup: object, threads: number, suffix = ''): Contender {
  return { name: `sesame-nlp${suffix}`, threads, program, setup: { ...setup, ...backend(true, threads) } };
}

/** The same library with its kernels switched off: tfjs's own ops, composed as well as we know. They have no threads. */
export function stockOps(program: string, setup: object): Contender {
  return { name: 'stock tfjs ops', threads: 1, program, setup: { ...setup, ...backend(false, 1) } };
}

function backend(kernels: boolean, threads: number): BackendSetup {
  return { kernels, threads };
}
