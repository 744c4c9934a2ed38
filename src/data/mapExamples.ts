import { reiterable } from './reiterable.js';

/** Things that come one after the other: an array, what a reader returns, or what is made of one here. */
export type ExampleSource<Example> = Iterable<Example> | AsyncIterable<Example>;

/**
 * Makes something else of each example, when its turn comes: `mapExamples(rows, ({ text }) => tokenizer.encode(text))`.
 *
 * The results can be read again if the examples can.
 *
 * @param change may return a promise; examples are still taken one at a time, in their order
 */
export function mapExamples<Example, Result>(
  examples: ExampleSource<Example>,
  change: (example: Example) => Result | Promise<Result>,
): AsyncIterable<Result> {
  return reiterable(async function* () {
    for await (const example of examples) yield await change(example);
  });
}
