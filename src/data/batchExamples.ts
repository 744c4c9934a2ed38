import { rejectUnknownOptions } from '../errors/index.js';
import { checkCount } from './checkOptions.js';
import type { ExampleSource } from './mapExamples.js';
import { reiterable } from './reiterable.js';

/** What `batchExamples` takes besides the examples. */
export interface BatchExamplesOptions {
  /** Examples in a batch; the last may have fewer. */
  readonly batchSize: number;
}

/**
 * Groups examples in their order. The batches can be read again if the examples can.
 *
 * @throws ConfigError if an option is misspelt or cannot work
 */
export function batchExamples<Example>(
  examples: ExampleSource<Example>,
  options: BatchExamplesOptions,
): AsyncIterable<Example[]> {
  rejectUnknownOptions('batchExamples', options, ['batchSize']);
  const { batchSize } = options;
  checkCount('batchExamples', 'batchSize', batchSize, 16);
  return reiterable(async function* () {
    let batch: Example[] = [];
    for await (const example of examples) {
      batch.push(example);
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  });
}
