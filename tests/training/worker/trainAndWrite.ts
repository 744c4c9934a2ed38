// Runs in a Web Worker: trains a tiny GPT and streams from it, and posts each step and each piece of text as it comes.
import { memory } from '@tensorflow/tfjs-core';
import { selectBackend } from 'sesame-nlp/backends';
import { languageModelBatches } from 'sesame-nlp/data';
import { createGpt } from 'sesame-nlp/models';
import { textGenerator } from 'sesame-nlp/tasks';
import { createCharacterTokenizer } from 'sesame-nlp/tokenizers';
import { adamW, fit } from 'sesame-nlp/training';

/** What the page asks for. */
export interface Task {
  readonly text: string;
  readonly steps: number;
  readonly wasmPaths: Record<string, string>;
}

/** What the worker answers, in this order: the backend, losses, pieces of text, the tensors left. */
export type Answer =
  | { readonly backend: string }
  | { readonly loss: number }
  | { readonly piece: string }
  | { readonly tensorsLeft: number }
  | { readonly error: string };

const answer = (message: Answer) => postMessage(message);

async function run({ text, steps, wasmPaths }: Task) {
  answer({ backend: await selectBackend('wasm', { wasmPaths }) });
  const before = memory().numTensors;
  const tokenizer = createCharacterTokenizer({ vocab: [...new Set(text)].sort() });
  const model = createGpt({ vocabSize: tokenizer.vocabSize, maxPositions: 16, dModel: 16, numLayers: 1, numHeads: 2 });
  await fit(model, languageModelBatches(tokenizer.encode(text).ids, { batchSize: 4, contextLength: 8, seed: 1 }), {
    optimizer: adamW({ learningRate: 0.02 }),
    steps,
    callbacks: [{ onStep: ({ loss }) => answer({ loss }) }],
  });
  const write = textGenerator({ model, tokenizer, maxNewTokens: 10, temperature: 0 });
  for await (const piece of write.stream(text.slice(0, 4))) answer({ piece });
  model.dispose();
  answer({ tensorsLeft: memory().numTensors - before });
}

addEventListener('message', ({ data }: MessageEvent<Task>) => {
  run(data).catch((error: unknown) => answer({ error: String(error) }));
});
