import { rejectUnknownOptions, TrainingError } from '../errors/index.js';
import { hash32 } from '../ops/hash.js';
import { anySeed, checkCount, checkSeed } from './checkOptions.js';
import { cutWindows, groupIntoBatches, type TokenIds, type TokenWindow, toDocuments } from './languageModelWindows.js';
import { shuffle } from './shuffle.js';

/** What `languageModelBatches` takes besides the tokens. */
export interface LanguageModelBatchesOptions {
  /** Windows in a batch. */
  readonly batchSize: number;
  /** Tokens that the model sees at once; a row has one more, which is the last one to predict. */
  readonly contextLength: number;
  /** Whether windows come in a random order, a new one each epoch; no by default. */
  readonly shuffle?: boolean | undefined;
  /** 32-bit integer that the orders come from; differs from run to run by default. */
  readonly seed?: number | undefined;
}

/** Rows of equal length, at most contextLength + 1 tokens: each token is predicted from those before it in its row. */
export interface LanguageModelBatch {
  /** [batch, time] */
  readonly tokenIds: Int32Array[];
}

/** Where `languageModelBatches` are: enough to go on, and to notice that the batches are not the same ones. */
export type LanguageModelBatchesState = {
  /** Epochs begun before this one. */
  readonly epoch: number;
  /** Batches of this epoch that were handed out. */
  readonly batch: number;
  /** 32-bit integer that the orders come from; `restore` takes it over. */
  readonly seed: number;
  /** Windows in a batch. */
  readonly batchSize: number;
  /** Tokens that the model sees at once. */
  readonly contextLength: number;
  /** Whether windows come in a random order, a new one each epoch. */
  readonly shuffle: boolean;
  /** A checksum of the tokens. */
  readonly corpus: number;
};

/** Batches of a corpus: each iteration is one epoch. */
export interface LanguageModelBatches extends Iterable<LanguageModelBatch> {
  /** Batches in an epoch. */
  readonly length: number;
  /** Predicted tokens in an epoch: all but the first of each document. */
  readonly numPredictedTokens: number;
  /** The place after the batch that was handed out last: plain values that survive JSON. */
  state(): LanguageModelBatchesState;
  /**
   * Makes the next iteration the rest of that place's epoch; the one after it begins the next epoch.
   *
   * @throws TrainingError if the state comes from other batches
   */
  restore(state: LanguageModelBatchesState): void;
}

/**
 * Cuts a corpus into training windows for a model that predicts each next token.
 *
 * A row has contextLength + 1 tokens and begins with the last token of the row before it in the text: no token is
 * predicted twice and none is lost. What is left at the end of a document is a shorter window; only windows of one
 * length share a batch, so nothing is padded, and documents never share a window. A document of a single token predicts
 * nothing and has no window.
 *
 * Each iteration is one epoch, and shuffling gives each a new order. After `restore` the next iteration is the rest of
 * the interrupted epoch (of which nothing may be left), batch by batch the same as without the interruption, and the
 * seed is that of the interrupted run.
 *
 * @param tokenIds the ids of one text, or of several documents
 * @throws TrainingError if the corpus is empty or shorter than one window
 * @throws ShapeError if an id is not a whole number >= 0
 * @throws ConfigError if an option is misspelt or cannot work
 */
export function languageModelBatches(
  tokenIds: TokenIds | readonly TokenIds[],
  options: LanguageModelBatchesOptions,
): LanguageModelBatches {
  rejectUnknownOptions('languageModelBatches', options, ['batchSize', 'contextLength', 'shuffle', 'seed']);
  const { batchSize, contextLength, shuffle = false, seed = anySeed() } = options;
  checkCount('languageModelBatches', 'batchSize', batchSize, 16);
  checkCount('languageModelBatches', 'contextLength', contextLength, 128);
  checkSeed('languageModelBatches', seed);
  return new WindowBatches(toDocuments(tokenIds), { batchSize, contextLength, shuffle, seed });
}

interface WindowOptions {
  readonly batchSize: number;
  readonly contextLength: number;
  readonly shuffle: boolean;
  readonly seed: number;
}

class WindowBatches implements LanguageModelBatches {
  readonly length: number;
  readonly numPredictedTokens: number;
  readonly #documents: readonly Int32Array[];
  readonly #windows: readonly TokenWindow[];
  readonly #options: WindowOptions;
  readonly #corpus: number;
  #seed: number;
  #place = { epoch: 0, batch: 0 };
  /** Whether the next iteration goes on from `#place` instead of beginning an epoch. */
  #continues = true;

  constructor(documents: readonly Int32Array[], options: WindowOptions) {
    this.#documents = documents;
    this.#windows = cutWindows(documents, options.contextLength);
    this.#options = options;
    this.#corpus = checksum(documents);
    this.#seed = options.seed;
    this.length = groupIntoBatches(this.#windows, options.batchSize).length;
    this.numPredictedTokens = this.#windows.reduce((sum, { start, end }) => sum + end - start - 1, 0);
  }

  *[Symbol.iterator](): Iterator<LanguageModelBatch> {
    const { epoch, batch: first } = this.#begin();
    const batches = this.#order(epoch);
    for (let batch = first; batch < batches.length; batch++) {
      this.#place = { epoch, batch: batch + 1 };
      yield { tokenIds: batches[batch]!.map((window) => this.#read(window)) };
    }
  }

  state(): LanguageModelBatchesState {
    const { batchSize, contextLength, shuffle } = this.#options;
    return { ...this.#place, seed: this.#seed, batchSize, contextLength, shuffle, corpus: this.#corpus };
  }

  restore(state: LanguageModelBatchesState): void {
    const own = this.state();
    for (const name of ['batchSize', 'contextLength', 'shuffle', 'corpus'] as const) {
      if (state[name] === own[name]) continue;
      const difference =
        name === 'corpus' ? 'the tokens are not the same' : `${name} was ${state[name]} and is ${own[name]}`;
      throw new TrainingError(
        `languageModelBatches: the state to restore belongs to other batches: ${difference}.\n` +
          'Go on with the text and the options of the interrupted run, or start anew.',
        { value: state[name] },
      );
    }
    const { epoch, batch, seed } = state;
    if (!isCount(epoch) || !isCount(batch) || batch > this.length || !Number.isInteger(seed)) {
      throw new TrainingError(
        `languageModelBatches: there is no batch ${batch} of epoch ${epoch}: an epoch has ${this.length} batches.\n` +
          'The saved state is damaged: start anew.',
        { value: state },
      );
    }
    this.#seed = seed;
    this.#place = { epoch, batch };
    this.#continues = true;
  }

  /** The place at which an iteration begins. */
  #begin(): { readonly epoch: number; readonly batch: number } {
    if (!this.#continues) this.#place = { epoch: this.#place.epoch + 1, batch: 0 };
    this.#continues = false;
    return this.#place;
  }

  /** The batches of an epoch: windows are shuffled, then batches, so that short ones come anywhere. */
  #order(epoch: number): TokenWindow[][] {
    const { batchSize, shuffle: shuffled } = this.#options;
    if (!shuffled) return groupIntoBatches(this.#windows, batchSize);
    const windows = shuffle([...this.#windows], this.#seed, `windows ${epoch}`);
    return shuffle(groupIntoBatches(windows, batchSize), this.#seed, `batches ${epoch}`);
  }

  #read({ document, start, end }: TokenWindow): Int32Array {
    return this.#documents[document]!.slice(start, end);
  }
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}

/** A 32-bit number that any changed token or moved border between documents changes. */
function checksum(documents: readonly Int32Array[]): number {
  let sum = documents.length;
  for (const document of documents) {
    sum = hash32(sum ^ document.length);
    for (const id of document) sum = Math.imul(sum ^ id, 0x01000193); // FNV-1a's step
  }
  return sum >>> 0;
}
