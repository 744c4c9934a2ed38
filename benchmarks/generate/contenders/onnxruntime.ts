// onnxruntime writes greedily: the loop around the graph that an application has to bring along.
import type { Runtime } from '../../harness/onnxRuntime.js';
import { serve } from '../../harness/serve.js';
import { timeWriting } from '../../harness/timeWriting.js';
import { tokenIds } from '../../models/tokenIds.js';
import { followingToken } from '../followingToken.js';
import type { GenerateSetup } from '../generate.js';
import { GptSession } from '../gptSession.js';

await serve(async (setup: GenerateSetup & { readonly runtime: Runtime }) => {
  const { runtime, folder, precision, threads, promptLength, newTokens } = setup;
  const session = await GptSession.load(runtime, folder, precision, threads);
  const prompt = tokenIds(promptLength, session.sizes.vocabSize);
  const afterPrompt = await session.read(prompt);
  const afterOneMore = await session.read([followingToken], afterPrompt);
  return {
    answers: { prefill: afterPrompt.logits, decode: afterOneMore.logits },
    tasks: {
      write: () =>
        timeWriting(async (onToken) => {
          let state = await session.read(prompt);
          for (let count = 1; ; count++) {
            const next = indexOfLargest(state.logits);
            onToken();
            if (count === newTokens) return;
            state = await session.read([next], state);
          }
        }),
    },
  };
});

function indexOfLargest(logits: Float32Array): number {
  let best = 0;
  for (let index = 1; index < logits.length; index++) if (logits[index]! > logits[best]!) best = index;
  return best;
}
