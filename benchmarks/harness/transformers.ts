// Loading a model by @huggingface/transformers, in a contender's process.
import { basename, dirname } from 'node:path';
import { type AutoModel, env } from '@huggingface/transformers';
import type { Precision } from '../onnx/transformerGraph.js';

/** Loads the model of a folder and asks no server. */
export async function loadLocally(
  loader: typeof AutoModel,
  { folder, precision, threads }: { readonly folder: string; readonly precision: Precision; readonly threads: number },
) {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  return loader.from_pretrained(basename(folder), {
    dtype: precision === 'int8' ? 'q8' : 'fp32',
    device: 'cpu',
    local_files_only: true,
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential' },
  });
}
