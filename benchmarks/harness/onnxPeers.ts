import type { Contender } from './contender.js';
import type { Runtime } from './onnxRuntime.js';

/** The libraries that run ONNX files, by a suite's programs for them, with as many threads as the setup says. */
export function onnxPeers(suite: string, setup: { readonly threads: number }): Contender[] {
  const { threads } = setup;
  const runtimes: readonly Runtime[] = ['onnxruntime-web', 'onnxruntime-node'];
  const transformers = '@huggingface/transformers';
  return [
    ...runtimes.map((runtime) => ({
      name: runtime,
      peer: runtime,
      threads,
      program: `${suite}/contenders/onnxruntime.ts`,
      setup: { ...setup, runtime },
    })),
    { name: transformers, peer: transformers, threads, program: `${suite}/contenders/transformers.ts`, setup },
  ];
}
