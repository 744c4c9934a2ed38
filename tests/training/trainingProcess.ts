// A training in a process of its own, to be killed: tsx trainingProcess.ts <backend> <directory>. It prints `started` at
// its first step, and at the end a digest of all that must be the same bits.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { createHash } from 'node:crypto';
import { setBackend } from '@tensorflow/tfjs-core';
import { directoryStore } from 'sesame-nlp/checkpoints/node';
import { languageModelBatches } from 'sesame-nlp/data';
import { createGpt } from 'sesame-nlp/models';
import { cosine, earlyStopping, fit, muon } from 'sesame-nlp/training';

const [backend, directory] = process.argv.slice(2) as [string, string];
await setBackend(backend);

const STEPS = 60;
const tokenIds = Array.from({ length: 300 }, (_, index) => (index * index + 3 * (index % 5)) % 13);
const windows = { batchSize: 2, contextLength: 8 };
const store = directoryStore(directory);
const model = createGpt({
  vocabSize: 13,
  maxPositions: 8,
  dModel: 8,
  numLayers: 1,
  numHeads: 2,
  dropout: 0.2,
  seed: 3,
});
const history = await fit(model, languageModelBatches(tokenIds, { ...windows, shuffle: true, seed: 4 }), {
  optimizer: muon({
    learningRate: cosine({ peak: 0.02, warmupSteps: 5, totalSteps: STEPS }),
    adamW: { learningRate: 4e-3 },
  }),
  steps: STEPS,
  accumulate: 2,
  clipNorm: 1,
  seed: 5,
  evaluate: { batches: languageModelBatches(tokenIds.slice(0, 50), windows), every: 7 },
  callbacks: [earlyStopping({ patience: 100 }), { onStart: () => console.log('started') }],
  checkpoint: { store, every: 1, keep: 3 },
  resume: true,
});

const hash = createHash('sha256').update(JSON.stringify(history));
const newest = store.folder((await store.list()).at(-1)!);
for (const file of await newest.list()) hash.update(file).update(await newest.read(file));
console.log(`steps ${history.steps.length} digest ${hash.digest('hex')}`);
