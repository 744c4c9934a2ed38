// TypeScript with module resolution 'nodenext': the declarations of the package are enough.
import assert from 'node:assert/strict';
import { selectBackend } from 'sesame-nlp/backends';
import { generate } from 'sesame-nlp/generation';
import { createGpt, type Gpt, type GptOptions } from 'sesame-nlp/models';
import { createCharacterTokenizer, type Tokenizer } from 'sesame-nlp/tokenizers';
import { adamW, fit } from 'sesame-nlp/training';

await selectBackend('cpu');
const text = 'to be or not to be';
const vocab = Object.fromEntries([...new Set(text)].map((character, id): [string, number] => [character, id]));
const tokenizer: Tokenizer = createCharacterTokenizer({ vocab });
const { ids } = tokenizer.encode(text);
const options: GptOptions = { vocabSize: tokenizer.vocabSize, maxPositions: 32, dModel: 8, numLayers: 1, numHeads: 2 };
const gpt: Gpt = createGpt(options);
await fit(gpt, [{ tokenIds: [ids] }], { optimizer: adamW({ learningRate: 1e-2 }), steps: 3 });
const [written] = await generate(gpt, ids, { maxNewTokens: 10 });
assert.equal(written?.length, 10);
console.log('typescript:', tokenizer.decode(written));
