// Single operations, forward and with backward, at the sizes that GPT-2 small and the README's main job meet.
import { limit } from '../harness/limit.js';
import { ours, stockOps } from '../harness/ours.js';
import type { Suite } from '../harness/suite.js';
import { OPERATIONS } from './operations.js';

/** What the programs of all contenders are told. */
export interface KernelsSetup {
  /** How many samples a turn has. */
  readonly samples: number;
}

/** The suite `kernels`. */
export const kernels: Suite = async ({ quick, threads, run }) => {
  const setup: KernelsSetup = { samples: quick ? 2 : 5 };
  const idle = Object.fromEntries(Object.keys(OPERATIONS).map((name) => [name, {}]));
  const products = Object.fromEntries(
    (['product', 'scores', 'weightGradient'] as const).map((name) => [
      name,
      { [name]: { flops: OPERATIONS[name].work } },
    ]),
  );
  await run({
    id: 'kernels',
    title: 'Single operations',
    contenders: [
      ...threads.map((count) => ours('kernels/contenders/tfjs.ts', setup, count)),
      stockOps('kernels/contenders/tfjs.ts', setup),
      limit({ ...idle, ...products }),
      { name: '@jax-js/jax', peer: '@jax-js/jax', threads: 1, program: 'kernels/contenders/jax.ts', setup },
    ],
    tasks: Object.keys(OPERATIONS),
    measures: Object.entries(OPERATIONS).map(([name, operation]) => ({ name, ...operation })),
  });
};
