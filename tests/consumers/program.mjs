// An ES module: `node program.mjs <backend> [threads]` trains three steps and writes ten tokens.
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { selectBackend } from 'sesame-nlp/backends';
import { generate } from 'sesame-nlp/generation';
import { wasmThreads } from 'sesame-nlp/kernels/wasm';
import { createGpt } from 'sesame-nlp/models';
import { createCharacterTokenizer } from 'sesame-nlp/tokenizers';
import { adamW, fit } from 'sesame-nlp/training';

const [backend, threads = '1'] = process.argv.slice(2);
await selectBackend(backend, { threads: Number(threads) });
assert.equal(wasmThreads(), Math.min(Number(threads), availableParallelism()));

const text = 'to be or not to be';
const vocab = Object.fromEntries([...new Set(text)].map((character, id) => [character, id]));
const tokenizer = createCharacterTokenizer({ vocab });
const { ids } = tokenizer.encode(text);

const gpt = createGpt({
  vocabSize: tokenizer.vocabSize,
  maxPositions: 32,
  dModel: 64,
  numLayers: 1,
  numHeads: 2,
  seed: 1,
});
const history = await fit(gpt, [{ tokenIds: [ids] }], { optimizer: adamW({ learningRate: 1e-2 }), steps: 3, seed: 1 });
const [written] = await generate(gpt, ids, { maxNewTokens: 10, seed: 1 });

assert.equal(history.losses.length, 3);
assert.equal(written.length, 10);
const losses = history.losses.map((loss) => loss.toFixed(3)).join(' ');
console.log(
  `esm on ${backend}, threads ${threads}, Node ${process.versions.node}: losses ${losses}, text ${tokenizer.decode(written)}`,
);
