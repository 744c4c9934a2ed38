// What a row of the contract table says about a module or an op.
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { type AnyModule, initialize, type KeyValueCache, namedParameters, RandomStream } from 'sesame-nlp/nn';

/** One tensor that goes in. */
export interface Input {
  readonly shape: readonly number[];
  /** Whole numbers below this; without it, normal numbers, of which gradients are wanted. */
  readonly below?: number;
  /** Fixed numbers instead of random ones: no gradient is wanted. */
  readonly values?: readonly number[];
  /** The axis that counts tokens, if there is one: it is padded and cut into pieces. */
  readonly timeAxis?: number;
  /** Whether it belongs to all rows of the batch, as a weight does. */
  readonly shared?: boolean;
}

/** How a subject is run. */
export interface How {
  readonly training?: boolean;
  readonly random?: RandomStream;
  /** [batch, past + time] */
  readonly attentionMask?: Tensor;
  readonly cache?: KeyValueCache;
}

/** A module or op that was built. */
export interface Subject {
  /** Where the parameters are; an op has none. */
  readonly module?: AnyModule;
  /** One tensor out, the caller's. */
  run(inputs: readonly Tensor[], how: How): Tensor;
}

/** A row of the table. */
export interface Row {
  readonly title: string;
  /** The public names that this row stands for. */
  readonly covers: readonly string[];
  readonly inputs: readonly Input[];
  readonly output: readonly number[];
  build(): Subject;
  /** The output's axis of tokens; 1 by default. */
  readonly outputTimeAxis?: number;
  /** Whether it takes an attentionMask, and padding therefore changes nothing. */
  readonly masked?: boolean;
  /** Whether a text may be padded on the right only, its places being counted from the left. */
  readonly rightOnly?: boolean;
  /** Whether it takes a cache. */
  readonly cached?: boolean;
  /** The mask reaches back into the cache already: a module within a model. */
  readonly wantsFullMask?: boolean;
  /** Whether rows of the batch know nothing of each other; yes by default. */
  readonly rowwise?: boolean;
  /** Whether another row has the same parts: its longest contracts are then left out where a processor draws for a GPU. */
  readonly variant?: boolean;
  /** Whether gradients flow; yes by default. */
  readonly differentiable?: boolean;
  /** Whether training draws random numbers. */
  readonly dropout?: boolean;
  /** Whether a kernel may round what goes in, to 16 bits. */
  readonly roughly?: boolean;
  /** Calls that must be refused with a typed error. */
  readonly refusals?: readonly ((subject: Subject) => unknown)[];
}

/** Random inputs of a row; the same seed gives the same. */
export function drawInputs(row: Row, seed = 1): Tensor[] {
  const random = new RandomStream(seed);
  return row.inputs.map((input) => draw(input, input.shape, random));
}

/** Random numbers of an input's kind, of another shape. */
export function draw({ below, values }: Input, shape: readonly number[], random: RandomStream): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  if (values !== undefined) return tensor([...values], [...shape]);
  if (below !== undefined) {
    const ids = Int32Array.from({ length: size }, () => Math.floor(below * random.nextUniform()));
    return tensor(ids, [...shape], 'int32');
  }
  return tensor(
    Float32Array.from({ length: size }, () => awayFromZero(random.nextNormal())),
    [...shape],
  );
}

/** Kinks at 0 have no derivative to compare with. */
function awayFromZero(value: number): number {
  return value + 0.1 * Math.sign(value);
}

/** Builds a row's subject and moves every parameter away from where it starts, so that zeros and ones hide nothing. */
export function buildShaken(row: Row, seed = 1): Subject {
  const subject = row.build();
  if (subject.module === undefined) return subject;
  initialize(subject.module, { seed });
  for (const [index, parameter] of [...namedParameters(subject.module).values()].entries()) {
    const random = new RandomStream(seed + 100 + index);
    const centre = parameter.role === 'vector' && parameter.shape.length === 1 ? 0.5 : 0;
    parameter.assign(Float32Array.from({ length: parameter.size }, () => centre + 0.4 * random.nextNormal()));
  }
  return subject;
}

/** The same result for the same arguments, made at the first call. */
export function once<Args extends readonly number[], Result>(
  make: (...args: Args) => Result,
): (...args: Args) => Result {
  const made = new Map<string, Result>();
  return (...args) => {
    const key = args.join();
    if (!made.has(key)) made.set(key, make(...args));
    return made.get(key)!;
  };
}
