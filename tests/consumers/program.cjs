// CommonJS: Node's require() takes ES modules since 20.19.
const assert = require('node:assert/strict');
const { selectBackend } = require('sesame-nlp/backends');
const { generate } = require('sesame-nlp/generation');
const { createGpt } = require('sesame-nlp/models');
const { createCharacterTokenizer } = require('sesame-nlp/tokenizers');
const { adamW, fit } = require('sesame-nlp/training');

async function main() {
  await selectBackend('cpu');
  const text = 'to be or not to be';
  const vocab = Object.fromEntries([...new Set(text)].map((character, id) => [character, id]));
  const tokenizer = createCharacterTokenizer({ vocab });
  const { ids } = tokenizer.encode(text);
  const gpt = createGpt({ vocabSize: tokenizer.vocabSize, maxPositions: 32, dModel: 8, numLayers: 1, numHeads: 2 });
  await fit(gpt, [{ tokenIds: [ids] }], { optimizer: adamW({ learningRate: 1e-2 }), steps: 3 });
  const [written] = await generate(gpt, ids, { maxNewTokens: 10 });
  assert.equal(written.length, 10);
  console.log('commonjs:', tokenizer.decode(written));
}

void main(); // a rejection ends the process with an error
