// Training data as fit reads it: batch after batch, epoch after epoch.
import { TrainingError } from '../errors/index.js';
import type { JsonValue } from './json.js';

/** Something that gives batches, synchronously or not. */
export type BatchIterable<Batch> = Iterable<Batch> | AsyncIterable<Batch>;

/**
 * Batches that can be read again and again, once an epoch: an array, an object with an iterator, or a function that
 * returns one, given the number of the epoch (from 0), so that each epoch can be shuffled in its own way.
 *
 * Batches are borrowed until the next one is asked for.
 */
export type Batches<Batch> =
  | (BatchIterable<Batch> & Partial<ResumableBatches>)
  | ((epoch: number) => BatchIterable<Batch> | Promise<BatchIterable<Batch>>);

/** Batches that know how to go on in the middle. Without these two, a resumed training replays them to the place. */
export interface ResumableBatches {
  /** The place after the batch given last. */
  state(): JsonValue;
  /** Makes the next iteration start at that place. */
  restore(state: JsonValue): void | Promise<void>;
}

/** A place in the data. */
export interface DataPosition {
  /** Epochs that were begun before the present one. */
  readonly epoch: number;
  /** Batches that the present epoch has given. */
  readonly batch: number;
  /** The data's own account of the place, where it keeps one. */
  readonly state?: JsonValue;
}

/** Reads batches one at a time through the epochs. */
export class BatchStream<Batch> {
  readonly #batches: Batches<Batch>;
  readonly #epochs: number;
  #iterator: Iterator<Batch> | AsyncIterator<Batch> | undefined;
  #epoch = 0;
  #batch = 0;
  /** Whether the present epoch goes on after a restored place, where nothing may be left. */
  #continued = false;

  /** @param epochs how many there are; Infinity for as many as are asked for */
  constructor(batches: Batches<Batch>, epochs: number) {
    this.#batches = batches;
    this.#epochs = epochs;
  }

  /**
   * The next batch, or undefined after the last epoch.
   *
   * @throws TrainingError if an epoch has no batch
   */
  async next(): Promise<Batch | undefined> {
    while (this.#epoch < this.#epochs) {
      const result = await this.#pull();
      if (!result.done) return result.value;
    }
    return undefined;
  }

  /** The present epoch's next batch, or its end, after which the next epoch is the present one. */
  async #pull(): Promise<IteratorResult<Batch, unknown>> {
    this.#iterator ??= await iterate(this.#batches, this.#epoch);
    const result = await this.#iterator.next();
    if (!result.done) {
      this.#batch++;
      return result;
    }
    if (this.#batch === 0 && !this.#continued) throw emptyEpoch(this.#epoch);
    this.#iterator = undefined;
    this.#continued = false;
    this.#epoch++;
    this.#batch = 0;
    return result;
  }

  /** Where the stream is. */
  position(): DataPosition {
    const place = { epoch: this.#epoch, batch: this.#batch };
    return isResumable(this.#batches) ? { ...place, state: this.#batches.state() } : place;
  }

  /**
   * Goes to a place: by the data's own account, else by reading the batches before it again.
   *
   * @throws TrainingError if the data ends before the place
   */
  async restore(position: DataPosition): Promise<void> {
    await this.close();
    if (isResumable(this.#batches) && position.state !== undefined) {
      await this.#batches.restore(position.state);
      this.#epoch = position.epoch;
      this.#batch = position.batch;
      this.#continued = true;
      return;
    }
    // A function is told the epoch; anything else may shuffle anew at each iteration, so each one is repeated.
    this.#epoch = typeof this.#batches === 'function' ? position.epoch : 0;
    this.#batch = 0;
    while (this.#epoch < position.epoch) await this.#pull();
    while (this.#batch < position.batch) if ((await this.#pull()).done) throw shorterData(position);
  }

  /** Lets the present iteration go, so that a generator can clean up. */
  async close(): Promise<void> {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    await iterator?.return?.();
  }
}

/** One pass over the batches, for evaluation. */
export async function* singlePass<Batch>(batches: Batches<Batch>): AsyncGenerator<Batch, void, undefined> {
  yield* await iterableOf(batches, 0);
}

async function iterate<Batch>(batches: Batches<Batch>, epoch: number) {
  const iterable = await iterableOf(batches, epoch);
  return Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
}

/** @throws TrainingError if the batches are a single batch, a promise, or nothing: the types say no, JavaScript does not */
async function iterableOf<Batch>(batches: Batches<Batch>, epoch: number): Promise<BatchIterable<Batch>> {
  const iterable: unknown = typeof batches === 'function' ? await batches(epoch) : batches;
  if (typeof iterable === 'object' && iterable !== null) {
    if (Symbol.asyncIterator in iterable || Symbol.iterator in iterable) return iterable as BatchIterable<Batch>;
  }
  throw new TrainingError(
    'The batches are no list: pass an array of batches, an iterable, or a function that returns one.\n' +
      'A single batch goes into an array: [batch].',
    { value: iterable },
  );
}

function isResumable<Batch>(batches: Batches<Batch>): batches is BatchIterable<Batch> & ResumableBatches {
  return 'state' in batches && typeof batches.state === 'function' && typeof batches.restore === 'function';
}

function emptyEpoch(epoch: number): TrainingError {
  return new TrainingError(
    epoch === 0
      ? 'fit: the batches are empty: there is nothing to train on.'
      : `fit: epoch ${epoch + 1} has no batch, though those before had.\n` +
          'A generator can be read only once: pass an array, or a function that returns a new generator.',
    { value: epoch },
  );
}

function shorterData({ epoch, batch }: DataPosition): TrainingError {
  return new TrainingError(
    `fit: the checkpoint was made after batch ${batch} of epoch ${epoch + 1}, and the data ends before.\n` +
      'Resume with the data that the training began with.',
    { value: batch },
  );
}
