import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { rejectUnknownOptions } from '../errors/index.js';
import { hashSeed } from '../ops/hash.js';
import { anySeed, checkCount, checkSeed } from './checkOptions.js';
import type { ExampleSource } from './mapExamples.js';
import { reiterable } from './reiterable.js';

/** What `shuffleExamples` takes besides the examples. */
export interface ShuffleExamplesOptions {
  /**
   * Examples held in memory; 10,000 by default. Each is taken out of the buffer by chance, so that of a source that is
   * sorted or longer than the buffer, what stands far apart stays apart.
   */
  readonly bufferSize?: number | undefined;
  /** 32-bit integer that the orders come from; differs from run to run by default. */
  readonly seed?: number | undefined;
}

/**
 * Brings examples into a random order, with a buffer of constant size. A buffer as large as the source gives every order
 * the same chance.
 *
 * The examples can be read again if the source can. Each iteration is one epoch with an order of its own, and one seed
 * gives one sequence of epochs, on every machine.
 *
 * @throws ConfigError if an option is misspelt or cannot work
 */
export function shuffleExamples<Example>(
  examples: ExampleSource<Example>,
  options: ShuffleExamplesOptions = {},
): AsyncIterable<Example> {
  rejectUnknownOptions('shuffleExamples', options, ['bufferSize', 'seed']);
  const { bufferSize = 10_000, seed = anySeed() } = options;
  checkCount('shuffleExamples', 'bufferSize', bufferSize, 10_000);
  checkSeed('shuffleExamples', seed);
  let epochs = 0;
  return reiterable(() => shuffleOnce(examples, bufferSize, hashSeed(seed, `examples ${epochs++}`)));
}

async function* shuffleOnce<Example>(
  examples: ExampleSource<Example>,
  bufferSize: number,
  seed: number,
): AsyncGenerator<Example, void> {
  const random = xoroshiro128plus(seed);
  const buffer: Example[] = [];
  for await (const example of examples) {
    if (buffer.length < bufferSize) buffer.push(example);
    else {
      const place = uniformInt(random, 0, bufferSize - 1);
      yield buffer[place]!;
      buffer[place] = example;
    }
  }
  while (buffer.length > 0) {
    const place = uniformInt(random, 0, buffer.length - 1);
    yield buffer[place]!;
    buffer[place] = buffer.at(-1)!;
    buffer.pop();
  }
}
