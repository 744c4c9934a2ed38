// gpt-tfjs writes by its own `generate`, which reads the whole text for every token.
import { gather, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type GptTfjsShape, gptTfjsModel } from '../../harness/gptTfjs.js';
import { serve } from '../../harness/serve.js';
import { startBackend } from '../../harness/startBackend.js';
import { timeWriting } from '../../harness/timeWriting.js';
import { tokenIds } from '../../models/tokenIds.js';
import type { GenerateSetup } from '../generate.js';

await serve(async (setup: GenerateSetup & GptTfjsShape) => {
  await startBackend({ kernels: false, threads: 1 });
  const model = await gptTfjsModel(setup.folder, setup);
  const prompt = tokenIds(setup.promptLength, setup.vocabSize);
  const logits = tidy(() => {
    const output = model.model.predict(tensor2d([prompt], [1, prompt.length], 'int32')) as Tensor;
    return gather(output, [prompt.length - 1], 1);
  });
  return {
    answers: { prefill: await logits.data() },
    tasks: {
      write: () =>
        timeWriting(async (onToken) => {
          await model.generate([prompt], { maxNewTokens: setup.newTokens, doSample: false }, onToken);
        }),
    },
  };
});
