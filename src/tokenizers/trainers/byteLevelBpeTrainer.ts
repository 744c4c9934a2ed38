import { ConfigError, rejectUnknownOptions, TokenizerError } from '../../errors/index.js';
import { EventLoop } from '../../eventLoop/eventLoop.js';
import { bytesToUnicode } from '../byteAlphabet.js';
import { createByteLevelBpeTokenizer } from '../byteLevelBpeTokenizer.js';
import { describe } from '../describe.js';
import type { EncodingTemplate } from '../postProcessors/template.js';
import { gpt2WordEnd } from '../preTokenizers/gpt2Pattern.js';
import type { Tokenizer } from '../tokenizer.js';
import { BpeTrainer, type CountedWords } from './bpeTrainer.js';
import { readCorpus, type TokenizerCorpus, type TokenizerTrainingProgress } from './corpus.js';

/** Options of `trainByteLevelBpeTokenizer`. */
export interface TrainByteLevelBpeOptions {
  /** How many tokens to have: 256 bytes, the merges, and the special tokens. */
  readonly vocabSize: number;
  /** The special tokens; they get the last ids. `<|endoftext|>` by default. */
  readonly specialTokens?: readonly string[];
  /** How often a pair must occur to become a token; 2 by default. */
  readonly minFrequency?: number;
  /** The special tokens that `encode` adds to every text; none by default. */
  readonly template?: EncodingTemplate;
  /** Called now and then while training. */
  readonly onProgress?: (progress: TokenizerTrainingProgress) => void;
  /** Ends the training: the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

const OPTIONS = ['vocabSize', 'specialTokens', 'minFrequency', 'template', 'onProgress', 'signal'];
const BYTES = 256;

/**
 * Learns a byte-level BPE tokenizer from text. Ids 0 to 255 are the bytes, in GPT-2's order; then come the merges, the
 * most frequent pair first, then the special tokens. Of pairs that occur equally often the one with the smaller left
 * id goes first, then the one with the smaller right id, so that one corpus gives one tokenizer.
 *
 * Only the distinct words are held in memory. The event loop gets its turn at every frame.
 *
 * @returns a tokenizer of `vocabSize` tokens, or of fewer where the corpus has no more pairs that occur often enough
 * @throws TokenizerError if the corpus is empty
 * @throws ConfigError if vocabSize has no room for the bytes and special tokens, or an option is unknown
 * @see Sennrich et al. 2016, https://arxiv.org/abs/1508.07909
 */
export async function trainByteLevelBpeTokenizer(
  corpus: TokenizerCorpus,
  options: TrainByteLevelBpeOptions,
): Promise<Tokenizer> {
  const owner = 'trainByteLevelBpeTokenizer';
  rejectUnknownOptions(owner, options, OPTIONS);
  const { vocabSize, specialTokens = ['<|endoftext|>'], minFrequency = 2, template = {}, onProgress, signal } = options;
  const merges = vocabSize - BYTES - specialTokens.length;
  if (!Number.isInteger(vocabSize) || merges < 0) {
    throw new ConfigError(
      `${owner}: vocabSize is ${describe(vocabSize)}.\nIt must be a whole number of at least ` +
        `${BYTES + specialTokens.length}: ${BYTES} bytes and ${specialTokens.length} special tokens.`,
      { value: vocabSize },
    );
  }
  if (!(minFrequency >= 1)) {
    throw new ConfigError(`${owner}: minFrequency is ${describe(minFrequency)}.\nIt must be at least 1.`, {
      value: minFrequency,
    });
  }
  // What is wrong with the special tokens or the template shows now, not after the training.
  const alphabet = gpt2Alphabet();
  createByteLevelBpeTokenizer({ vocab: alphabet, merges: [], specialTokens, template });
  const eventLoop = new EventLoop(signal);

  const frequencies = new Map<string, number>();
  let read = 0;
  for await (const text of readCorpus(corpus, signal, owner)) {
    await eventLoop.turn();
    for (let start = 0; start < text.length; ) {
      const end = gpt2WordEnd(text, start, text.length);
      const word = text.slice(start, end);
      const frequency = frequencies.get(word);
      // V8's slice would keep the whole text alive in the map; the detour makes a string of its own.
      frequencies.set(frequency === undefined ? ` ${word}`.slice(1) : word, (frequency ?? 0) + 1);
      start = end;
      const pause = eventLoop.turn();
      if (pause !== undefined) {
        await pause;
        onProgress?.({ phase: 'count', done: read + start });
      }
    }
    read += text.length;
  }
  if (frequencies.size === 0) {
    throw new TokenizerError(`${owner}: the corpus is empty.\nPass some text to learn from.`, { value: corpus });
  }
  onProgress?.({ phase: 'count', done: read, total: read });

  const trainer = new BpeTrainer(alphabet, spellWords(frequencies, alphabet), new Set(specialTokens), minFrequency);
  frequencies.clear();
  for (const _ of trainer.countPairs()) await eventLoop.turn();
  const learned: [string, string][] = [];
  while (trainer.tokens.length < BYTES + merges) {
    const merge = trainer.learnMerge();
    if (merge === undefined) break;
    learned.push([trainer.tokens[merge.left]!, trainer.tokens[merge.right]!]);
    const pause = eventLoop.turn();
    if (pause !== undefined) {
      await pause;
      onProgress?.({ phase: 'merge', done: trainer.tokens.length - BYTES, total: merges });
    }
  }
  onProgress?.({ phase: 'merge', done: trainer.tokens.length - BYTES, total: merges });
  signal?.throwIfAborted();
  return createByteLevelBpeTokenizer({
    vocab: trainer.tokens,
    merges: learned,
    specialTokens,
    template,
  });
}

/** The byte alphabet in the order of GPT-2's ids: printable bytes first, each in order of code point. */
function gpt2Alphabet(): string[] {
  return bytesToUnicode().sort((a, b) => a.charCodeAt(0) - b.charCodeAt(0));
}

/** The words as ids of their bytes. */
function spellWords(frequencies: ReadonlyMap<string, number>, alphabet: readonly string[]): CountedWords {
  const idOfByte = bytesToUnicode().map((character) => alphabet.indexOf(character));
  const encoder = new TextEncoder();
  let total = 0;
  for (const word of frequencies.keys()) total += encoder.encode(word).length;
  const symbols = new Int32Array(total);
  const starts = new Int32Array(frequencies.size + 1);
  let at = 0;
  let index = 0;
  for (const word of frequencies.keys()) {
    starts[index++] = at;
    for (const byte of encoder.encode(word)) symbols[at++] = idOfByte[byte]!;
  }
  starts[index] = at;
  return { symbols, starts, counts: [...frequencies.values()] };
}
