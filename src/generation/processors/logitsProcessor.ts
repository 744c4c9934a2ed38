/** Where in which text a logits processor is asked. */
export interface LogitsContext {
  /** The prompt and what was generated so far; borrowed, and growing. */
  readonly tokenIds: readonly number[];
  /** How many of `tokenIds` are the prompt. */
  readonly promptLength: number;
  /** Which of the prompts it is, from 0. */
  readonly row: number;
}

/**
 * Changes the logits of the next token before one is chosen: in place, or by returning others. -Infinity forbids a
 * token.
 *
 * @param logits [vocabSize], of one row
 */
export type LogitsProcessor = (
  logits: Float32Array,
  context: LogitsContext,
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that only changes its argument returns nothing
) => Float32Array | void;
