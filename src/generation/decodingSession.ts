import { type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors/index.js';
import { type CausalLanguageModel, KeyValueCache, type TokenBatch } from '../nn/index.js';

/** Stands left of shorter rows; the mask keeps every token from looking at it. */
const PADDING_ID = 0;

/**
 * A model that reads several growing texts: it keeps the cache, pads to the left, and moves the windows of texts that
 * are longer than the model can look at. What a row sees does not depend on the other rows.
 */
export class DecodingSession {
  readonly #model: CausalLanguageModel;
  readonly #cache: KeyValueCache | undefined;
  /** The tokens of each row that the model looks at. */
  #windows: number[][];
  /** Whether the cache holds padding, so that places differ from row to row. */
  #padded = false;

  /** @param texts at least one token each */
  constructor(model: CausalLanguageModel, texts: readonly (readonly number[])[], useCache: boolean) {
    this.#model = model;
    this.#cache = useCache ? new KeyValueCache() : undefined;
    this.#windows = texts.map((text) => text.slice(-model.config.maxPositions));
  }

  /**
   * The logits of each row's next token.
   *
   * @returns [rows, 1, vocabSize]; the caller disposes them
   * @throws ShapeError if the model's logits are not of that shape
   */
  logits(): Tensor {
    const batch = this.#nextBatch();
    const logits = tidy(() => this.#model.call(batch, { cache: this.#cache, outputLogits: 'last' }).logits);
    const expected = [this.#windows.length, 1, this.#model.config.vocabSize];
    if (logits.shape.join() === expected.join()) return logits;
    logits.dispose();
    throw new ShapeError(
      `generate: the model's logits are [${logits.shape.join(', ')}], and must be [${expected.join(', ')}].\n` +
        "With outputLogits 'last' a model gives those of the last place only.",
      { value: logits.shape },
    );
  }

  /**
   * Adds a token to each row.
   *
   * @param ids as many as there are rows
   */
  append(ids: readonly number[]): void {
    for (const [row, window] of this.#windows.entries()) window.push(ids[row]!);
  }

  /**
   * Lets all other rows go.
   *
   * @param rows numbers of the rows to keep, ascending
   */
  keep(rows: readonly number[]): void {
    if (rows.length === this.#windows.length) return;
    this.#windows = rows.map((row) => this.#windows[row]!);
    if (rows.length > 0) tidy(() => this.#cache?.reorder(tensor1d([...rows], 'int32')));
  }

  /** Frees the cache. */
  dispose(): void {
    this.#cache?.dispose();
  }

  /** What the model has to read: the newest token of each row after a cache, else the whole windows. */
  #nextBatch(): TokenBatch {
    const { maxPositions } = this.#model.config;
    const read = this.#cache?.length ?? 0;
    // A cache of rows that have gone may be full of padding: reading the windows again leaves that out.
    if (read > 0 && read < maxPositions) {
      return {
        tokenIds: this.#windows.map((window) => window.slice(-1)),
        positionIds: this.#padded ? this.#windows.map((window) => [window.length - 1]) : undefined,
      };
    }
    this.#cache?.reset();
    const half = Math.ceil(maxPositions / 2);
    this.#windows = this.#windows.map((window) => (window.length > maxPositions ? window.slice(-half) : window));
    return this.#wholeWindows();
  }

  #wholeWindows(): TokenBatch {
    const time = Math.max(...this.#windows.map((window) => window.length));
    this.#padded = this.#windows.some((window) => window.length < time);
    if (!this.#padded) return { tokenIds: this.#windows.map((window) => [...window]) };
    const padded = this.#windows.map((window) => ({ window, padding: time - window.length }));
    return {
      tokenIds: padded.map(({ window, padding }) => [...Array<number>(padding).fill(PADDING_ID), ...window]),
      attentionMask: padded.map(({ window, padding }) => [...Array<number>(padding).fill(0), ...window.map(() => 1)]),
      // The place of a token counts from its row's first one: cumsum(mask) - 1.
      positionIds: padded.map(({ window, padding }) => [...Array<number>(padding).fill(0), ...window.keys()]),
    };
  }
}
