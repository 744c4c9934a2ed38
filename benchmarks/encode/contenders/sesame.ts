// sesame-nlp encodes: with its kernels, or on the stock ops of tfjs.
import { tensor2d } from '@tensorflow/tfjs-core';
import { loadModel } from '../../harness/loadModel.js';
import type { BackendSetup } from '../../harness/ours.js';
import { serve } from '../../harness/serve.js';
import { startBackend } from '../../harness/startBackend.js';
import { bertEncoder } from '../../models/bertShape.js';
import type { EncodeSetup } from '../encode.js';
import { timeEncoding } from '../timeEncoding.js';

await serve(async (setup: EncodeSetup & BackendSetup) => {
  await startBackend(setup);
  const model = await loadModel(setup, [bertEncoder]);
  return timeEncoding(setup, async (ids, batch) => {
    const tokenIds = tensor2d([...ids], [batch, setup.length], 'int32');
    const hiddenStates = model.call(tokenIds);
    const numbers = await hiddenStates.data<'float32'>();
    tokenIds.dispose();
    hiddenStates.dispose();
    return numbers;
  });
});
