// @huggingface/transformers loads a model, on onnxruntime's native build.
import { AutoModelForCausalLM, Tensor } from '@huggingface/transformers';
import { serve } from '../../harness/serve.js';
import { time } from '../../harness/stopwatch.js';
import { loadLocally } from '../../harness/transformers.js';
import type { LoadSetup } from '../load.js';

await serve(async (setup: LoadSetup) => ({
  tasks: {
    load: async () => ({
      load: [
        await time(async () => {
          const model = await loadLocally(AutoModelForCausalLM, setup);
          const whole = (number: bigint) => new Tensor('int64', BigInt64Array.of(number), [1, 1]);
          await model({ input_ids: whole(0n), attention_mask: whole(1n) });
        }),
      ],
    }),
  },
}));
