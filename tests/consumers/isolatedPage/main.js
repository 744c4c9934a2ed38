// A page built with Vite and served with the headers that make it cross-origin isolated: it trains on two threads.
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { selectBackend } from 'sesame-nlp/backends';
import { wasmThreads } from 'sesame-nlp/kernels/wasm';
import { createGpt } from 'sesame-nlp/models';
import { adamW, fit } from 'sesame-nlp/training';

const wasmPaths = {
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
};

const losses = [];
for (const threads of [2, 1]) {
  await selectBackend('wasm', { threads, wasmPaths });
  if (wasmThreads() !== threads) throw new Error(`${wasmThreads()} threads instead of ${threads}`);
  const gpt = createGpt({ vocabSize: 32, maxPositions: 64, dModel: 64, numLayers: 1, numHeads: 2, seed: 1 });
  const batch = { tokenIds: [1, 2, 3, 4].map((text) => Array.from({ length: 64 }, (_, i) => (text * i * i) % 32)) };
  const history = await fit(gpt, Array(5).fill(batch), { optimizer: adamW({ learningRate: 1e-2 }), steps: 5, seed: 1 });
  losses.push(history.losses.join(' '));
}
if (losses[0] !== losses[1]) throw new Error(`losses on two threads ${losses[0]}, on one ${losses[1]}`);
document.querySelector('output').value = `wasm on 2 threads, as on one: ${losses[0]}`;
