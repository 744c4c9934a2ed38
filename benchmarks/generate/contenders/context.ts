// sesame-nlp writes the last tokens of a context, with and without its cache.
import { gptLanguageModels } from 'sesame-nlp/checkpoints';
import { generateStream } from 'sesame-nlp/generation';
import { loadModel } from '../../harness/loadModel.js';
import type { BackendSetup } from '../../harness/ours.js';
import { serve } from '../../harness/serve.js';
import { startBackend } from '../../harness/startBackend.js';
import { timeWriting } from '../../harness/timeWriting.js';
import { tokenIds } from '../../models/tokenIds.js';
import type { ContextSetup } from '../contexts.js';

/** New tokens: the first one reads the prompt, the others are timed. */
const NEW_TOKENS = { cache: 17, 'no cache': 3 } as const;

await serve(async (setup: ContextSetup & BackendSetup) => {
  await startBackend(setup);
  const model = await loadModel({ ...setup, precision: 'float32' }, gptLanguageModels);
  const write = async (context: number, kind: keyof typeof NEW_TOKENS) => {
    const maxNewTokens = NEW_TOKENS[kind];
    const prompt = tokenIds(context - maxNewTokens, model.config.vocabSize);
    const { decode } = await timeWriting(async (onToken) => {
      const options = { maxNewTokens, temperature: 0, useCache: kind === 'cache' };
      for await (const _ of generateStream(model, prompt, options)) onToken();
    });
    return decode!;
  };
  await write(setup.contexts[0]!, 'cache'); // whatever is made on first use
  const tasks = setup.contexts.flatMap((context) =>
    (['cache', 'no cache'] as const).map((kind) => {
      const name = `${context} tokens, ${kind}`;
      return [name, async () => ({ [name]: await write(context, kind) })] as const;
    }),
  );
  return { tasks: Object.fromEntries(tasks) };
});
