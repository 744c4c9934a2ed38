import { ConfigError, rejectUnknownOptions, ShapeError } from '../errors/index.js';
import { anySeed, checkCount, checkSeed } from './checkOptions.js';
import type { ExampleSource } from './mapExamples.js';
import { reiterable } from './reiterable.js';
import { shuffle } from './shuffle.js';

/** What `bucketByLength` takes besides the examples; `batchSize`, `maxTokens` or both limit a batch. */
export interface BucketByLengthOptions<Example> {
  /** The length of an example, in tokens: `({ ids }) => ids.length`. */
  readonly length: (example: Example) => number;
  /** The most examples in a batch. */
  readonly batchSize?: number | undefined;
  /** The most tokens in a batch once it is padded: its examples times the longest one's length. */
  readonly maxTokens?: number | undefined;
  /** Examples that are sorted at a time and held in memory; 10,000 by default. The more, the less padding. */
  readonly poolSize?: number | undefined;
  /**
   * Whether batches of a pool come in a random order and examples of equal length share other batches each epoch; no by
   * default, when each pool gives its shortest examples first. Pools follow each other in any case: shuffle the examples
   * before, with `shuffleExamples`.
   */
  readonly shuffle?: boolean | undefined;
  /** 32-bit integer that the orders come from; differs from run to run by default. */
  readonly seed?: number | undefined;
}

/**
 * Groups examples of similar length into batches, so that little padding is needed. Every example is in exactly one
 * batch.
 *
 * The batches can be read again if the examples can. Each iteration is one epoch, with an order of its own if it is
 * shuffled, and one seed gives one sequence of epochs, on every machine.
 *
 * @throws ConfigError if an option is misspelt or cannot work
 * @throws ShapeError if an example is longer than `maxTokens`, or its length is no whole number >= 0
 */
export function bucketByLength<Example>(
  examples: ExampleSource<Example>,
  options: BucketByLengthOptions<Example>,
): AsyncIterable<Example[]> {
  const names = ['length', 'batchSize', 'maxTokens', 'poolSize', 'shuffle', 'seed'];
  rejectUnknownOptions('bucketByLength', options, names);
  const { length, batchSize, maxTokens, poolSize = 10_000, shuffle: shuffled = false, seed = anySeed() } = options;
  if (typeof length !== 'function') {
    throw new ConfigError('bucketByLength: length must be a function, such as ({ ids }) => ids.length.', {
      value: length,
    });
  }
  if (batchSize === undefined && maxTokens === undefined) {
    throw new ConfigError('bucketByLength: nothing limits a batch.\nGive batchSize, maxTokens or both.');
  }
  if (batchSize !== undefined) checkCount('bucketByLength', 'batchSize', batchSize, 16);
  if (maxTokens !== undefined) checkCount('bucketByLength', 'maxTokens', maxTokens, 4096);
  checkCount('bucketByLength', 'poolSize', poolSize, 10_000);
  checkSeed('bucketByLength', seed);
  const limits = { batchSize: batchSize ?? Infinity, maxTokens: maxTokens ?? Infinity };
  let epochs = 0;
  return reiterable(() => {
    const epoch = epochs++;
    const order: Order = shuffled ? (items, name) => shuffle(items, seed, `${epoch} ${name}`) : (items) => items;
    return bucketOnce(examples, length, limits, poolSize, order);
  });
}

/** Puts items in the order in which they shall come; the name keeps two of them from being the same by chance. */
type Order = <Items extends unknown[]>(items: Items, name: string) => Items;

/** What a batch may hold. */
interface BatchLimits {
  readonly batchSize: number;
  readonly maxTokens: number;
}

interface Measured<Example> {
  readonly example: Example;
  readonly length: number;
}

async function* bucketOnce<Example>(
  examples: ExampleSource<Example>,
  lengthOf: (example: Example) => number,
  limits: BatchLimits,
  poolSize: number,
  order: Order,
): AsyncGenerator<Example[], void> {
  let pool: Measured<Example>[] = [];
  let pools = 0;
  function* empty(): Generator<Example[], void> {
    const name = `pool ${pools++}`;
    const sorted = order(pool, name).sort((a, b) => a.length - b.length); // stable: equal lengths stay shuffled
    pool = [];
    yield* order(cutBatches(sorted, limits), `batches of ${name}`);
  }
  for await (const example of examples) {
    pool.push({ example, length: checkLength(lengthOf(example), limits.maxTokens) });
    if (pool.length === poolSize) for (const batch of empty()) yield batch;
  }
  for (const batch of empty()) yield batch;
}

/** Cuts examples, the shortest first, into batches that are as large as the limits allow. */
function cutBatches<Example>(sorted: readonly Measured<Example>[], limits: BatchLimits): Example[][] {
  const batches: Example[][] = [];
  let batch: Example[] = [];
  for (const { example, length } of sorted) {
    const size = batch.length + 1; // with this example, the longest so far
    if (batch.length > 0 && (size > limits.batchSize || size * length > limits.maxTokens)) {
      batches.push(batch);
      batch = [];
    }
    batch.push(example);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

function checkLength(length: number, maxTokens: number): number {
  if (!Number.isInteger(length) || length < 0) {
    throw new ShapeError(`bucketByLength: the length of an example is ${String(length)}, and must be a whole number.`, {
      value: length,
    });
  }
  if (length <= maxTokens) return length;
  throw new ShapeError(
    `bucketByLength: an example has ${length} tokens, and a batch may have ${maxTokens}.\n` +
      'Cut it, for example with maxLength of tokenizer.encode, or raise maxTokens.',
    { value: length },
  );
}
