import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a contender needs to know of a GPT-2's config.json. */
export interface ModelSizes {
  readonly vocabSize: number;
  readonly dModel: number;
  readonly numLayers: number;
  readonly numHeads: number;
}

/** The sizes of the GPT-2 in a folder. */
export function readSizes(folder: string): ModelSizes {
  const json = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<string, number>;
  return { vocabSize: json.vocab_size!, dModel: json.n_embd!, numLayers: json.n_layer!, numHeads: json.n_head! };
}
