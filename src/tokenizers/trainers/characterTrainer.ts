import { ConfigError, rejectUnknownOptions, TokenizerError } from '../../errors/index.js';
import { EventLoop } from '../../eventLoop/eventLoop.js';
import { createCharacterTokenizer } from '../characterTokenizer.js';
import { describe } from '../describe.js';
import type { EncodingTemplate } from '../postProcessors/template.js';
import type { Tokenizer } from '../tokenizer.js';
import { readCorpus, type TokenizerCorpus, type TokenizerTrainingProgress } from './corpus.js';

/** Options of `trainCharacterTokenizer`. */
export interface TrainCharacterOptions {
  /** The special token that characters outside the vocabulary become; without one they are refused. */
  readonly unknownToken?: string;
  /** The special tokens; they get the last ids. None by default but the unknown token. */
  readonly specialTokens?: readonly string[];
  /** How often a character must occur to have a token; 1 by default. Rarer ones need an unknownToken. */
  readonly minFrequency?: number;
  /** The special tokens that `encode` adds to every text; none by default. */
  readonly template?: EncodingTemplate;
  /** Called now and then while training. */
  readonly onProgress?: (progress: TokenizerTrainingProgress) => void;
  /** Ends the training: the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

const OPTIONS = ['unknownToken', 'specialTokens', 'minFrequency', 'template', 'onProgress', 'signal'];

/**
 * Makes a character tokenizer of the characters of a corpus, in order of code point, so that one set of characters
 * gives one vocabulary. Special tokens follow.
 *
 * @throws TokenizerError if the corpus is empty
 * @throws ConfigError if an option is unknown or out of range
 */
export async function trainCharacterTokenizer(
  corpus: TokenizerCorpus,
  options: TrainCharacterOptions = {},
): Promise<Tokenizer> {
  const owner = 'trainCharacterTokenizer';
  rejectUnknownOptions(owner, options, OPTIONS);
  const { unknownToken, specialTokens = [], minFrequency = 1, template = {}, onProgress, signal } = options;
  if (!(minFrequency >= 1)) {
    throw new ConfigError(`${owner}: minFrequency is ${describe(minFrequency)}.\nIt must be at least 1.`, {
      value: minFrequency,
    });
  }
  const eventLoop = new EventLoop(signal);
  const frequencies = new Map<number, number>();
  let read = 0;
  for await (const text of readCorpus(corpus, signal, owner)) {
    await eventLoop.turn();
    for (let position = 0; position < text.length; ) {
      const codePoint = text.codePointAt(position)!;
      position += codePoint > 0xffff ? 2 : 1;
      const character = (codePoint & 0x1ff800) === 0xd800 ? 0xfffd : codePoint; // a lone surrogate is no character
      frequencies.set(character, (frequencies.get(character) ?? 0) + 1);
      const pause = eventLoop.turn();
      if (pause !== undefined) {
        await pause;
        onProgress?.({ phase: 'count', done: read + position });
      }
    }
    read += text.length;
  }
  if (frequencies.size === 0) {
    throw new TokenizerError(`${owner}: the corpus is empty.\nPass some text to learn from.`, { value: corpus });
  }
  onProgress?.({ phase: 'count', done: read, total: read });
  const special = new Set(specialTokens);
  const vocab = [...frequencies.entries()]
    .filter(([, frequency]) => frequency >= minFrequency)
    .map(([codePoint]) => codePoint)
    .sort((a, b) => a - b)
    .map((codePoint) => String.fromCodePoint(codePoint))
    .filter((character) => !special.has(character));
  return createCharacterTokenizer({
    vocab,
    specialTokens,
    template,
    ...(unknownToken === undefined ? {} : { unknownToken }),
  });
}
