// onnxruntime loads a model.
import { GptSession } from '../../generate/gptSession.js';
import type { Runtime } from '../../harness/onnxRuntime.js';
import { serve } from '../../harness/serve.js';
import { time } from '../../harness/stopwatch.js';
import type { LoadSetup } from '../load.js';

await serve(async ({ runtime, folder, precision, threads }: LoadSetup & { readonly runtime: Runtime }) => ({
  tasks: {
    load: async () => ({
      load: [
        await time(async () => {
          const session = await GptSession.load(runtime, folder, precision, threads);
          await session.read([0]);
        }),
      ],
    }),
  },
}));
