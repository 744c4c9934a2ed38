// sesame-nlp trains a GPT of one size for a few steps.
import { createGpt } from 'sesame-nlp/models';
import type { BackendSetup } from '../../harness/ours.js';
import { serve } from '../../harness/serve.js';
import { startBackend } from '../../harness/startBackend.js';
import { fillWeights } from '../../models/fillWeights.js';
import type { GridSetup } from '../grid.js';
import { RECIPE, trainingRows } from '../recipe.js';
import { trainSteps } from '../trainSteps.js';

/** Size of an attention head. */
const HEAD_SIZE = 32;

await serve(async (setup: GridSetup & BackendSetup) => {
  await startBackend(setup);
  const { dModel, time, batch, numLayers, vocabSize, seconds } = setup;
  const numHeads = dModel / HEAD_SIZE;
  const model = createGpt({ vocabSize, maxPositions: time, dModel, numLayers, numHeads, dropout: 0 });
  await fillWeights(model, 1);
  const work = { recipe: RECIPE, rows: trainingRows(batch, time, vocabSize) };
  return {
    tasks: {
      step: async () => {
        const first = (await trainSteps(model, work, 2)).times[1]!;
        const steps = Math.min(20, Math.max(1, Math.round((1000 * seconds) / first)));
        return { step: (await trainSteps(model, work, steps + 1)).times.slice(1) };
      },
    },
  };
});
