// What a key-value cache is worth: a cached token costs one pass over the weights and one over the context. Without a
// cache it costs the whole context again, so that a text of T tokens costs T² passes.
import { gptPresets } from 'sesame-nlp/models';
import { ours } from '../harness/ours.js';
import type { Suite } from '../harness/suite.js';
import { modelFolder } from '../models/modelFolder.js';

/** What the program is told. */
export interface ContextSetup {
  readonly folder: string;
  /** Lengths of text, in tokens, at which the last tokens are timed. */
  readonly contexts: readonly number[];
}

/** Races ours against itself at growing lengths of the text, with and without cache. */
export const raceContexts: Suite = async ({ quick, models, run }) => {
  const options = { ...gptPresets.mini, vocabSize: 2000 };
  const folder = await modelFolder(models, 'mini', { kind: 'gpt', options, onnx: [] });
  const setup: ContextSetup = { folder, contexts: quick ? [64, 256] : [64, 128, 256, 512, 1000] };
  const names = setup.contexts.flatMap((context) => [`${context} tokens, cache`, `${context} tokens, no cache`]);
  await run({
    id: 'generate-contexts',
    title: '6 layers of 192, vocabulary of 2000: writing a token at growing lengths of the text',
    contenders: [ours('generate/contenders/context.ts', setup, 1)],
    tasks: names,
    measures: names.map((name) => ({ name, label: name, unit: 'tokens/s', work: 1 })),
  });
};
