import { ConfigError, rejectUnknownOptions, ShapeError } from '../errors/index.js';
import { GENERATE_OPTION_NAMES } from '../generation/generationSettings.js';
import { type GenerateOptions, generate, generateStream, type LogitsProcessor } from '../generation/index.js';
import type { CausalLanguageModel } from '../nn/index.js';
import type { Tokenizer } from '../tokenizers/index.js';
import { GrowingText } from './growingText.js';

/** What a call of a text generator takes besides the prompt. */
export interface TextGenerationOptions extends GenerateOptions {
  /**
   * Strings that end a text, wherever the tokens' borders lie. They are not part of the result. Looked for in what is
   * generated, not in the prompt.
   */
  readonly stop?: string | readonly string[] | undefined;
}

/** What `textGenerator` takes: a model, its tokenizer, and options for all calls, which each call may replace. */
export interface TextGeneratorOptions extends TextGenerationOptions {
  /** What continues the texts, such as a GPT with its head; borrowed. */
  readonly model: CausalLanguageModel;
  /** The one that the model was trained with; it may have fewer tokens than the model, not more. */
  readonly tokenizer: Tokenizer;
}

/** Continues texts. */
export interface TextGenerator {
  /**
   * Continues one text, or several in one batch.
   *
   * @returns what follows the prompt, without it
   * @throws ShapeError if a prompt is empty and the tokenizer has no `<|endoftext|>` to begin with, and as `generate` does
   * @throws ConfigError if an option is misspelt or cannot work
   * @throws TokenizerError if the tokenizer cannot encode a prompt
   * @throws the signal's reason when it is aborted
   */
  (prompt: string, options?: TextGenerationOptions): Promise<string>;
  (prompts: readonly string[], options?: TextGenerationOptions): Promise<string[]>;
  /**
   * Continues a text and hands out each piece as soon as it is certain; joined, they are what the call returns. Pieces are
   * never empty and never cut inside a character. Leaving the loop frees what the model remembers.
   */
  stream(prompt: string, options?: TextGenerationOptions): AsyncGenerator<string, void>;
}

/** GPT-2's special token that stands between texts. */
const END_OF_TEXT = '<|endoftext|>';

/**
 * Joins a language model and its tokenizer: text in, text out.
 *
 * Where the tokenizer has the special token `<|endoftext|>`, a text ends with it unless `eosTokenId` says otherwise, and
 * the empty prompt begins a new text. Prompts are encoded without the special tokens of the tokenizer's template, since
 * the text goes on. Special tokens are left out of what comes out, and so is a last character that is incomplete.
 *
 * @param options the model, its tokenizer, and what is to hold for all calls
 * @throws ConfigError if an option is misspelt, or the tokenizer has more tokens than the model
 */
export function textGenerator({ model, tokenizer, ...defaults }: TextGeneratorOptions): TextGenerator {
  rejectUnknownOptions('textGenerator', defaults, [...OPTION_NAMES, 'model', 'tokenizer']);
  if (tokenizer.vocabSize > model.config.vocabSize) {
    throw new ConfigError(
      `textGenerator: the tokenizer has ${tokenizer.vocabSize} tokens, and the model ${model.config.vocabSize}.\n` +
        'Give the tokenizer that the model was trained with.',
      { value: tokenizer.vocabSize },
    );
  }
  const endOfText = tokenizer.specialTokens.get(END_OF_TEXT);

  const encode = (prompt: string): readonly number[] => {
    const { ids } = tokenizer.encode(prompt, { addSpecialTokens: false });
    if (ids.length > 0) return ids;
    if (endOfText !== undefined) return [endOfText];
    throw new ShapeError(
      'textGenerator: the prompt is empty, and a model continues what it is given.\nGive at least one character.',
      { value: prompt },
    );
  };
  const prepare = (options: TextGenerationOptions) => {
    rejectUnknownOptions('textGenerator', options, OPTION_NAMES);
    const { stop, ...rest } = { ...defaults, ...options };
    const generation: GenerateOptions = {
      ...rest,
      eosTokenId: rest.eosTokenId ?? endOfText,
      logitsProcessors: [...unknownForbidden(tokenizer, model), ...(rest.logitsProcessors ?? [])],
    };
    return { generation, stops: toStops(stop) };
  };

  const continueAll = async (prompts: readonly string[], options: TextGenerationOptions): Promise<string[]> => {
    const { generation, stops } = prepare(options);
    if (prompts.length === 0) return [];
    const encoded = prompts.map(encode);
    const begin = (row: number) => new GrowingText(tokenizer, encoded[row]!, stops);
    const growing = encoded.map((_, row) => begin(row));
    const stopWhen = (ids: readonly number[], row: number) => {
      growing[row]!.push(ids.at(-1)!);
      return growing[row]!.stopped || (generation.stopWhen?.(ids, row) ?? false);
    };
    const texts = await generate(model, encoded, { ...generation, stopWhen });
    return texts.map((ids, row) => {
      const text = begin(row); // anew: what grew above may hold the beginning of a stop sequence
      return ids.map((id) => text.push(id)).join('') + text.end();
    });
  };

  function write(prompt: string, options?: TextGenerationOptions): Promise<string>;
  function write(prompts: readonly string[], options?: TextGenerationOptions): Promise<string[]>;
  async function write(prompt: string | readonly string[], options: TextGenerationOptions = {}) {
    if (typeof prompt !== 'string') return continueAll(prompt, options);
    return (await continueAll([prompt], options))[0];
  }
  const stream = (prompt: string, options: TextGenerationOptions = {}) => {
    const { generation, stops } = prepare(options);
    const ids = encode(prompt);
    return pieces(generateStream(model, ids, generation), new GrowingText(tokenizer, ids, stops));
  };
  return Object.assign(write, { stream });
}

const OPTION_NAMES = [...GENERATE_OPTION_NAMES, 'stop'];

async function* pieces(ids: AsyncIterable<number>, text: GrowingText): AsyncGenerator<string, void> {
  for await (const id of ids) {
    const piece = text.push(id);
    if (piece !== '') yield piece;
    if (text.stopped) return;
  }
  const rest = text.end();
  if (rest !== '') yield rest;
}

/** Models often have a few rows more than there are tokens, for round sizes: nothing can be read from those. */
function unknownForbidden(tokenizer: Tokenizer, model: CausalLanguageModel): LogitsProcessor[] {
  if (tokenizer.vocabSize === model.config.vocabSize) return [];
  return [(logits) => void logits.fill(Number.NEGATIVE_INFINITY, tokenizer.vocabSize)];
}

function toStops(stop: string | readonly string[] = []): readonly string[] {
  const stops = typeof stop === 'string' ? [stop] : stop;
  if (!stops.includes('')) return stops;
  throw new ConfigError('textGenerator: a stop string is empty.\nGive at least one character in each.', {
    value: stop,
  });
}
