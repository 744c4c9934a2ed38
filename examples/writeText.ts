// Goes on from a prompt with a saved model, and shows the text while it is written.
//
//   npx tsx examples/writeText.ts --model runs/gpt --prompt "ROMEO:" --temperature 0.7
//   npx tsx examples/writeText.ts --model runs/tang --prompt "江南" --top-k 20
import { selectBackend } from 'sesame-nlp/backends';
import { gptLanguageModels, loadPretrained } from 'sesame-nlp/checkpoints';
import { directoryFolder } from 'sesame-nlp/checkpoints/node';
import { textGenerator } from 'sesame-nlp/tasks';
import { readOptions } from './support/readOptions.js';
import { run } from './support/run.js';

await run(async () => {
  const { options } = readOptions('Goes on from a prompt with a saved model.', {
    model: { type: 'text', default: 'runs/gpt', help: 'the folder that savePretrained or trainGpt.ts wrote' },
    prompt: { type: 'text', default: '\n', help: 'what the text begins with' },
    'max-new-tokens': { type: 'whole', default: 400, min: 0, help: 'the most tokens to add' },
    temperature: {
      type: 'number',
      default: 0.8,
      min: 0,
      help: 'lower is more predictable, 0 takes the likeliest token',
    },
    'top-k': { type: 'whole', min: 1, help: 'draw from the k likeliest tokens only' },
    'top-p': { type: 'number', min: 0, help: 'draw from the likeliest tokens that together exceed this probability' },
    seed: { type: 'whole', help: 'one seed, one text; a new one each time by default' },
  });
  await selectBackend();
  const { model, tokenizer } = await loadPretrained(directoryFolder(options.model), {
    architectures: gptLanguageModels,
  });
  const write = textGenerator({ model, tokenizer });
  const pieces = write.stream(options.prompt, {
    maxNewTokens: options['max-new-tokens'],
    temperature: options.temperature,
    topK: options['top-k'],
    topP: options['top-p'],
    seed: options.seed,
  });
  process.stdout.write(options.prompt);
  for await (const piece of pieces) process.stdout.write(piece); // whole characters: 潮 never comes in halves
  process.stdout.write('\n');
});
