// gpt-tfjs trains by its own `train`, on the stock ops of tfjs's wasm backend.
import * as tfjs from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { gptTfjsModel } from '../../harness/gptTfjs.js';
import { serve } from '../../harness/serve.js';
import { startBackend } from '../../harness/startBackend.js';
import { time } from '../../harness/stopwatch.js';
import type { TrainSetup } from '../train.js';

await serve(async ({ folder, shape, recipe, rows }: TrainSetup) => {
  await startBackend({ kernels: false, threads: 1 });
  registerUnsortedSegmentSum();
  const model = await gptTfjsModel(folder, shape);
  const texts = tfjs.data.generator(function* () {
    for (;;) {
      for (const row of rows) {
        const labels = tfjs.tensor1d(row.slice(1), 'int32');
        yield {
          x: tfjs.tensor1d(row.slice(0, -1), 'int32'),
          y: tfjs.cast(tfjs.oneHot(labels, shape.vocabSize), 'float32'),
        };
        labels.dispose();
      }
    }
  });
  const losses: number[] = [];
  const train = (steps: number) =>
    model.train(texts, {
      maxIter: steps,
      batchSize: rows.length,
      shuffle: 1, // leaves the order as it is; false does not mean what it says
      lr: recipe.learningRate,
      weightDecay: false, // with it, the learning rate would be 0.1 whatever `lr` says
      callbacks: [(_: unknown, loss: number) => void losses.push(loss)],
    });
  await train(recipe.comparedSteps);
  return {
    answers: { losses: [...losses] },
    tasks: { step: async () => ({ step: [await time(() => train(1))] }) },
  };
});

/** The gradient of an embedding asks for a kernel that tfjs's wasm backend lacks. This one runs in JavaScript. */
function registerUnsortedSegmentSum(): void {
  tfjs.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
      const { numSegments } = attrs as unknown as { numSegments: number };
      const wasm = backend as BackendWasm;
      const values = wasm.readSync(x.dataId) as Float32Array;
      const ids = wasm.readSync(segmentIds.dataId) as Int32Array;
      const size = values.length / ids.length;
      const sums = new Float32Array(numSegments * size);
      for (const [row, id] of ids.entries()) {
        for (let column = 0; column < size; column++) sums[id * size + column]! += values[row * size + column]!;
      }
      const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
      return { dataId: wasm.write(sums, shape, 'float32'), shape, dtype: 'float32' };
    },
  });
}
