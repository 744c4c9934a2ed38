// A page built with Vite; scripts/openPage.ts reads what it puts in <output>.
import { selectBackend } from 'sesame-nlp/backends';
import { generate } from 'sesame-nlp/generation';
import { createGpt } from 'sesame-nlp/models';
import { createCharacterTokenizer } from 'sesame-nlp/tokenizers';
import { adamW, fit } from 'sesame-nlp/training';

const backend = await selectBackend();
const text = 'to be or not to be';
const vocab = Object.fromEntries([...new Set(text)].map((character, id) => [character, id]));
const tokenizer = createCharacterTokenizer({ vocab });
const { ids } = tokenizer.encode(text);
const gpt = createGpt({ vocabSize: tokenizer.vocabSize, maxPositions: 32, dModel: 8, numLayers: 1, numHeads: 2 });
await fit(gpt, [{ tokenIds: [ids] }], { optimizer: adamW({ learningRate: 1e-2 }), steps: 3 });
const [written] = await generate(gpt, ids, { maxNewTokens: 10 });
if (written.length !== 10) throw new Error(`${written.length} tokens instead of 10`);
document.querySelector('output').value = `${backend}: ${tokenizer.decode(written)}`;
