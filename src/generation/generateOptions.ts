import type { LogitsProcessor } from './processors/logitsProcessor.js';

/**
 * What happens when a text grows longer than the model's maxPositions:
 *
 * - `'slide'`: the model looks at the newest part. When the window is full its older half is dropped and the newer one
 *   is read again, so that the cost a token stays even; of a longer prompt the newest maxPositions tokens are read.
 * - `'stop'`: the text ends there; a longer prompt is refused.
 * - `'error'`: refused before anything is computed, if prompt and maxNewTokens do not fit together.
 */
export type OverflowPolicy = 'slide' | 'stop' | 'error';

/** What `generate` and `generateStream` take besides model and prompt. */
export interface GenerateOptions {
  /** The most tokens to add; 128 by default. Infinity: until a stop, or for as long as a stream is read. */
  readonly maxNewTokens?: number | undefined;
  /** Whether tokens are drawn at random (by default) or always the likeliest is taken (greedy). */
  readonly doSample?: boolean | undefined;
  /** Divides the logits: lower is more predictable; 1 by default, and 0 is greedy. */
  readonly temperature?: number | undefined;
  /** Draw from the k likeliest tokens only; from all by default. */
  readonly topK?: number | undefined;
  /** Draw from the fewest likeliest tokens that together exceed this probability, 0..1; from all by default. */
  readonly topP?: number | undefined;
  /** Above 1 makes tokens that already occur less likely; 1 by default. */
  readonly repetitionPenalty?: number | undefined;
  /** More changes to the logits, in this order: after the repetition penalty, before temperature, top-k and top-p. */
  readonly logitsProcessors?: readonly LogitsProcessor[] | undefined;
  /** The token, or tokens, that end a text. It is not part of the result. */
  readonly eosTokenId?: number | readonly number[] | undefined;
  /** Token sequences that end a text, looked for in what is generated. They are not part of the result. */
  readonly stopSequences?: readonly (readonly number[])[] | undefined;
  /**
   * Asked after each token: true ends the text after it.
   *
   * @param newTokenIds what was generated for this prompt so far
   * @param row which of the prompts it is, from 0
   */
  readonly stopWhen?: ((newTokenIds: readonly number[], row: number) => boolean) | undefined;
  /**
   * 32-bit integer: one seed, one text, on one backend. Each prompt of a batch has random numbers of its own
   * (`rowSeed`), so that its text does not depend on the others. Differs from call to call by default.
   */
  readonly seed?: number | undefined;
  /** Ends the generation with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether keys and values of earlier tokens are remembered (by default), or computed again for each token. */
  readonly useCache?: boolean | undefined;
  /** What happens when a text outgrows the model's maxPositions; `'slide'` by default. */
  readonly onOverflow?: OverflowPolicy | undefined;
}
