import { ShapeError } from '../errors/index.js';
import type { GenerationSettings } from './generationSettings.js';

/** The token ids of a text to be continued. */
export type Prompt = readonly number[] | Int32Array;

/**
 * One prompt or several as rows of ids.
 *
 * @throws ShapeError if there is none, one is empty, an id is out of range, or one does not fit into the model
 */
export function toPrompts(
  owner: string,
  prompt: Prompt | readonly Prompt[],
  config: { readonly vocabSize: number; readonly maxPositions: number },
  settings: Pick<GenerationSettings, 'onOverflow' | 'maxNewTokens'>,
): number[][] {
  const prompts = isOnePrompt(prompt) ? [prompt] : prompt;
  for (const [row, ids] of prompts.entries()) {
    const which = prompts.length === 1 ? 'the prompt' : `prompt ${row}`;
    checkIds(owner, which, ids, config.vocabSize);
    checkLength(owner, which, ids.length, config.maxPositions, settings);
  }
  return prompts.map((ids) => [...ids]);
}

/** An empty array is one prompt, an empty one. */
function isOnePrompt(prompt: Prompt | readonly Prompt[]): prompt is Prompt {
  return prompt instanceof Int32Array || typeof prompt?.[0] !== 'object';
}

function checkIds(owner: string, which: string, ids: Prompt, vocabSize: number): void {
  const given: unknown = ids;
  if (!(Array.isArray(given) || ArrayBuffer.isView(given))) {
    throw new ShapeError(
      `${owner}: ${which} is no array of token ids.\nGive the ids of an encoded text: tokenizer.encode(text).ids.`,
      { value: given },
    );
  }
  if (ids.length === 0) {
    throw new ShapeError(
      `${owner}: ${which} is empty, and a model continues what it is given.\n` +
        "Give at least one token, for example the tokenizer's end-of-text token to begin a new text.",
      { value: ids },
    );
  }
  for (const id of ids) {
    if (Number.isInteger(id) && id >= 0 && id < vocabSize) continue;
    throw new ShapeError(
      `${owner}: ${which} holds ${String(id)}, and the model's vocabulary has the ids 0..${vocabSize - 1}.\n` +
        'Was the text encoded by another tokenizer?',
      { value: id },
    );
  }
}

function checkLength(
  owner: string,
  which: string,
  length: number,
  maxPositions: number,
  { onOverflow, maxNewTokens }: Pick<GenerationSettings, 'onOverflow' | 'maxNewTokens'>,
): void {
  const advice = "Shorten it, or leave onOverflow at 'slide'.";
  if (onOverflow === 'stop' && length > maxPositions) {
    throw new ShapeError(
      `${owner}: ${which} has ${length} tokens, and the model looks at ${maxPositions} at most.\n${advice}`,
      { value: length },
    );
  }
  // The last new token is never read, so it needs no place.
  if (onOverflow === 'error' && maxNewTokens > 0 && length + maxNewTokens - 1 > maxPositions) {
    throw new ShapeError(
      `${owner}: ${which} has ${length} tokens, and with maxNewTokens ${maxNewTokens} the text outgrows the model, ` +
        `which looks at ${maxPositions} at most.\n` +
        `Shorten it, lower maxNewTokens${length <= maxPositions ? ` to ${maxPositions - length + 1}` : ''}, or leave onOverflow at 'slide'.`,
      { value: length },
    );
  }
}
