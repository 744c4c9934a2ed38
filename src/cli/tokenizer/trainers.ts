import type { Tokenizer, TokenizerCorpus, TokenizerTrainingProgress } from '../../tokenizers/index.js';

/** What trainers are told besides the size of the vocabulary. */
export interface TrainerOptions {
  readonly minFrequency?: number;
  readonly specialTokens?: readonly string[];
  readonly unknownToken?: string;
  readonly onProgress?: (progress: TokenizerTrainingProgress) => void;
  readonly signal?: AbortSignal;
}

/** A kind of tokenizer that can be trained. */
export interface TrainerType {
  /** What it is, in a few words. */
  readonly summary: string;
  /** The options of the command line that it has no use for. */
  readonly without: readonly ('vocab-size' | 'unknown-token')[];
  /** Trains one. */
  train(
    tokenizers: typeof import('../../tokenizers/index.js'),
    corpus: TokenizerCorpus,
    options: TrainerOptions,
    vocabSize: number,
  ): Promise<Tokenizer>;
}

/** What --type can be. */
export const TRAINERS = {
  bpe: {
    summary: 'byte-level BPE, as GPT-2 has it: spells any text',
    without: ['unknown-token'],
    train: ({ trainByteLevelBpeTokenizer }, corpus, options, vocabSize) =>
      trainByteLevelBpeTokenizer(corpus, { ...options, vocabSize }),
  },
  characters: {
    summary: 'a piece for each character; others become [UNK]',
    without: ['vocab-size'],
    train: ({ trainCharacterTokenizer }, corpus, options) =>
      trainCharacterTokenizer(corpus, { unknownToken: '[UNK]', ...options }),
  },
} as const satisfies Readonly<Record<string, TrainerType>>;
