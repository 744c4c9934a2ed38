import type { CausalLanguageModel } from '../nn/index.js';
import { decode } from './decode.js';
import type { GenerateOptions } from './generateOptions.js';
import { generationSettings } from './generationSettings.js';
import { type Prompt, toPrompts } from './prompts.js';

/**
 * Continues one text, or several in one batch.
 *
 * Tokens are drawn at random from the model's predictions unless `temperature` is 0. A batch gives each prompt what it
 * would get alone: shorter prompts are padded on the left where the model does not look, each row has random numbers of
 * its own, and a row that has ended takes no more time.
 *
 * @param prompt token ids of one text, or of several, which need not be of one length
 * @returns the new tokens for each prompt, without the prompt itself and without what ended it
 * @throws ShapeError if a prompt is empty, an id is out of range, a text does not fit (see `onOverflow`), or the
 *   model's logits are not numbers, naming the step
 * @throws ConfigError if an option is misspelt or cannot work
 * @throws the signal's reason when it is aborted
 */
export async function generate(
  model: CausalLanguageModel,
  prompt: Prompt | readonly Prompt[],
  options: GenerateOptions = {},
): Promise<number[][]> {
  const settings = generationSettings('generate', options, model.config.vocabSize);
  const prompts = toPrompts('generate', prompt, model.config, settings);
  const texts = prompts.map((): number[] => []);
  for await (const { row, tokenIds } of decode(model, prompts, settings)) texts[row]!.push(...tokenIds);
  return texts;
}
