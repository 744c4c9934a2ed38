// sesame-nlp loads a model and writes a few tokens: with its kernels, or on the stock ops of tfjs.
import { gptLanguageModels } from 'sesame-nlp/checkpoints';
import { generateStream } from 'sesame-nlp/generation';
import { loadModel } from '../../harness/loadModel.js';
import type { BackendSetup } from '../../harness/ours.js';
import { serve } from '../../harness/serve.js';
import { startBackend } from '../../harness/startBackend.js';
import { timeWriting } from '../../harness/timeWriting.js';
import type { LoadSetup } from '../load.js';

await serve(async (setup: LoadSetup & BackendSetup) => ({
  tasks: {
    load: async () => {
      const { prefill, decode } = await timeWriting(async (onToken) => {
        await startBackend(setup);
        const model = await loadModel(setup, gptLanguageModels);
        const options = { maxNewTokens: 1 + setup.newTokens, temperature: 0 };
        for await (const _ of generateStream(model, [0], options)) onToken();
      });
      return { load: prefill!, decode: decode! };
    },
  },
}));
