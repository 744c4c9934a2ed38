import { ConfigError } from '../errors/index.js';
import type { CausalLanguageModel } from '../nn/index.js';
import { decode } from './decode.js';
import type { GenerateOptions } from './generateOptions.js';
import { generationSettings } from './generationSettings.js';
import { type Prompt, toPrompts } from './prompts.js';

/**
 * Continues a text and hands out each new token as soon as it is certain: the same tokens that `generate` returns. A
 * token that may begin a stop sequence waits until the next ones have decided it.
 *
 * Nothing is computed before the first token is asked for, and none ahead of the one asked for. Read to the end or leave
 * the loop (`break` will do): either frees what the model remembers.
 *
 * @param prompt token ids of one text
 * @throws as `generate` does: for bad input at once, for what happens later where the stream is read
 */
export function generateStream(
  model: CausalLanguageModel,
  prompt: Prompt,
  options: GenerateOptions = {},
): AsyncGenerator<number, void> {
  const settings = generationSettings('generateStream', options, model.config.vocabSize);
  const prompts = toPrompts('generateStream', prompt, model.config, settings);
  if (typeof prompt[0] === 'object') {
    throw new ConfigError('generateStream: it streams one text.\nGive one prompt, or use generate for several.', {
      value: prompts.length,
    });
  }
  return eachToken(decode(model, prompts, settings));
}

async function* eachToken(decoded: ReturnType<typeof decode>): AsyncGenerator<number, void> {
  for await (const { tokenIds } of decoded) yield* tokenIds;
}
