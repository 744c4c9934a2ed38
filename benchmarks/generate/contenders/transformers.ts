// @huggingface/transformers writes, on onnxruntime's native build, by its own `generate`.
import { AutoModelForCausalLM, BaseStreamer, Tensor } from '@huggingface/transformers';
import { serve } from '../../harness/serve.js';
import { timeWriting } from '../../harness/timeWriting.js';
import { loadLocally } from '../../harness/transformers.js';
import { readSizes } from '../../models/modelSizes.js';
import { tokenIds } from '../../models/tokenIds.js';
import type { GenerateSetup } from '../generate.js';

/** Tells of every token but for the prompt, which `generate` hands out first. */
class Counter extends BaseStreamer {
  #prompt = true;

  constructor(private readonly onToken: () => void) {
    super();
  }

  override put(): void {
    if (!this.#prompt) this.onToken();
    this.#prompt = false;
  }

  override end(): void {}
}

await serve(async (setup: GenerateSetup) => {
  const model = await loadLocally(AutoModelForCausalLM, setup);
  const prompt = tokenIds(setup.promptLength, readSizes(setup.folder).vocabSize);
  const whole = (numbers: readonly number[]) =>
    new Tensor('int64', BigInt64Array.from(numbers, BigInt), [1, numbers.length]);
  const [input_ids, attention_mask] = [whole(prompt), whole(prompt.map(() => 1))];
  const { logits } = await model({ input_ids, attention_mask });
  return {
    answers: { prefill: logits!.data as Float32Array },
    tasks: {
      write: () =>
        timeWriting(async (onToken) => {
          await model.generate({
            inputs: input_ids,
            attention_mask,
            max_new_tokens: setup.newTokens,
            min_new_tokens: setup.newTokens,
            do_sample: false,
            streamer: new Counter(onToken),
          });
        }),
    },
  };
});
