import type { Tensor } from '@tensorflow/tfjs-core';
import { hash32, hashEntry } from '../ops/hash.js';
import { normalNumbers, normalTensor } from '../ops/normalNumbers.js';
import type { RandomStream } from './random.js';

/** Fills a new parameter: its values, row-major. */
export interface Initializer {
  (shape: readonly number[], random: RandomStream): Float32Array;
  /** The same values as a tensor, where the backend makes them faster than it takes them over; the caller disposes it. */
  readonly tensor?: (shape: readonly number[], random: RandomStream) => Tensor;
}

/** All zeros. */
export const zeros: Initializer = (shape) => new Float32Array(sizeOf(shape));

/** All ones. */
export const ones: Initializer = (shape) => new Float32Array(sizeOf(shape)).fill(1);

/** Normal numbers of mean 0. */
export function normal(standardDeviation: number): Initializer {
  return normalOfShape(() => standardDeviation);
}

/** Normal numbers of mean 0, drawn again while they lie more than two standard deviations away (BERT, ViT). */
export function truncatedNormal(standardDeviation: number): Initializer {
  return (shape, random) => {
    const values = normal(standardDeviation)(shape, random);
    for (let i = 0; i < values.length; i++) {
      while (Math.abs(values[i]!) > 2 * standardDeviation) values[i] = standardDeviation * random.nextNormal();
    }
    return values;
  };
}

/** Uniform numbers in [-limit, limit). */
export function uniform(limit: number): Initializer {
  return (shape, random) => {
    const values = new Float32Array(sizeOf(shape));
    const seed = random.nextSeed();
    const key = hash32(~seed);
    // 24 bits are what a float32 holds: with all 32, the largest would be rounded up to the limit itself.
    for (let i = 0; i < values.length; i++) values[i] = limit * ((hashEntry(seed, key, i) >> 8) / 2 ** 23);
    return values;
  };
}

/**
 * Uniform numbers whose variance keeps that of signals and gradients: limit sqrt(6 / (in + out)).
 *
 * @see Glorot and Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html
 */
export const glorotUniform: Initializer = (shape, random) => {
  const [inSize, outSize] = [shape[0] ?? 1, shape[shape.length - 1] ?? 1];
  return uniform(Math.sqrt(6 / (inSize + outSize)))(shape, random);
};

/** Normal numbers of standard deviation gain / sqrt(in), for a matrix [in, out]. */
export function fanInNormal(gain: number): Initializer {
  return normalOfShape((shape) => gain / Math.sqrt(shape[0] ?? 1));
}

/** Normal numbers whose standard deviation depends on the shape. */
function normalOfShape(deviation: (shape: readonly number[]) => number): Initializer {
  const made =
    <Made>(make: (shape: readonly number[], standardDeviation: number, seed: number) => Made) =>
    (shape: readonly number[], random: RandomStream) =>
      make(shape, deviation(shape), random.nextSeed());
  return Object.assign(made(normalNumbers), { tensor: made(normalTensor) });
}

/** All of them by their names. */
export const initializers = {
  /** All zeros. */
  zeros,
  /** All ones. */
  ones,
  /** Normal numbers of mean 0. */
  normal,
  /** Normal numbers of mean 0, none more than two standard deviations away. */
  truncatedNormal,
  /** Uniform numbers in [-limit, limit). */
  uniform,
  /** Uniform numbers whose variance keeps that of signals and gradients. */
  glorotUniform,
  /** Normal numbers of standard deviation gain / sqrt(in), for a matrix [in, out]. */
  fanInNormal,
} as const;

/** How many entries a tensor of this shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
