// sesame-nlp trains by `fit`: with its kernels, or on the stock ops of tfjs.
import { gptLanguageModels, loadPretrained } from 'sesame-nlp/checkpoints';
import { directoryFolder } from 'sesame-nlp/checkpoints/node';
import type { BackendSetup } from '../../harness/ours.js';
import { serve } from '../../harness/serve.js';
import { startBackend } from '../../harness/startBackend.js';
import type { TrainSetup } from '../train.js';
import { trainSteps } from '../trainSteps.js';

await serve(async (setup: TrainSetup & BackendSetup) => {
  await startBackend(setup);
  const { model } = await loadPretrained(directoryFolder(setup.folder), { architectures: gptLanguageModels });
  const { losses } = await trainSteps(model, setup, setup.recipe.comparedSteps);
  return {
    answers: { losses },
    tasks: {
      step: async () => {
        const { times } = await trainSteps(model, setup, setup.recipe.timedSteps + 1);
        return { step: times.slice(1) }; // the first one also made what the optimizer remembers
      },
    },
  };
});
