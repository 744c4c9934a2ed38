// onnxruntime encodes.
import { join } from 'node:path';
import { loadOnnx, type Runtime } from '../../harness/onnxRuntime.js';
import { serve } from '../../harness/serve.js';
import { onnxFiles } from '../../models/onnxFiles.js';
import type { EncodeSetup } from '../encode.js';
import { timeEncoding } from '../timeEncoding.js';

await serve(async (setup: EncodeSetup & { readonly runtime: Runtime }) => {
  const model = await loadOnnx(setup.runtime, join(setup.folder, 'onnx', onnxFiles[setup.precision]), setup.threads);
  return timeEncoding(setup, async (ids, batch) => {
    const shape = [batch, setup.length];
    const { last_hidden_state } = await model.run({
      input_ids: model.integers(ids, shape),
      attention_mask: model.integers(new Int32Array(ids.length).fill(1), shape),
      token_type_ids: model.integers(new Int32Array(ids.length), shape),
    });
    return last_hidden_state!.data as Float32Array; // the graph says so
  });
});
