import { selectBackend } from 'sesame-nlp/backends';
import type { BackendSetup } from './ours.js';

/** Starts tfjs's wasm backend in a contender's process, as its setup says. */
export async function startBackend({ kernels, threads }: BackendSetup): Promise<void> {
  await selectBackend('wasm', { kernels, threads });
}
