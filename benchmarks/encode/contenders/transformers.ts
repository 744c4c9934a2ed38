// @huggingface/transformers encodes, on onnxruntime's native build.
import { AutoModel, Tensor } from '@huggingface/transformers';
import { serve } from '../../harness/serve.js';
import { loadLocally } from '../../harness/transformers.js';
import type { EncodeSetup } from '../encode.js';
import { timeEncoding } from '../timeEncoding.js';

await serve(async (setup: EncodeSetup) => {
  const model = await loadLocally(AutoModel, setup);
  return timeEncoding(setup, async (ids, batch) => {
    const whole = (numbers: readonly number[]) =>
      new Tensor('int64', BigInt64Array.from(numbers, BigInt), [batch, setup.length]);
    const { last_hidden_state } = await model({
      input_ids: whole(ids),
      attention_mask: whole(ids.map(() => 1)),
      token_type_ids: whole(ids.map(() => 0)),
    });
    return last_hidden_state!.data as Float32Array; // the graph says so
  });
});
