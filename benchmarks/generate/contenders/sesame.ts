// sesame-nlp writes: with its kernels, or on the stock ops of tfjs.
import { gptLanguageModels } from 'sesame-nlp/checkpoints';
import { generateStream } from 'sesame-nlp/generation';
import type { Gpt } from 'sesame-nlp/models';
import { KeyValueCache } from 'sesame-nlp/nn';
import { loadModel } from '../../harness/loadModel.js';
import type { BackendSetup } from '../../harness/ours.js';
import { serve } from '../../harness/serve.js';
import { startBackend } from '../../harness/startBackend.js';
import { timeWriting } from '../../harness/timeWriting.js';
import { tokenIds } from '../../models/tokenIds.js';
import { followingToken } from '../followingToken.js';
import type { GenerateSetup } from '../generate.js';

await serve(async (setup: GenerateSetup & BackendSetup) => {
  await startBackend(setup);
  const model = await loadModel(setup, gptLanguageModels);
  const prompt = tokenIds(setup.promptLength, model.config.vocabSize);
  return {
    answers: await answers(model, prompt),
    tasks: {
      write: () =>
        timeWriting(async (onToken) => {
          const options = { maxNewTokens: setup.newTokens, temperature: 0 };
          for await (const _ of generateStream(model, prompt, options)) onToken();
        }),
    },
  };
});

/** The logits after the prompt, and after one more token by way of the cache. */
async function answers(model: Gpt, prompt: readonly number[]) {
  using cache = new KeyValueCache();
  const logits = async (ids: readonly number[]) => {
    const output = model.call({ tokenIds: [ids] }, { cache, outputLogits: 'last' });
    const numbers = await output.logits.data();
    output.hiddenStates.dispose();
    output.logits.dispose();
    return numbers;
  };
  return { prefill: await logits(prompt), decode: await logits([followingToken]) };
}
