import type { RandomStream } from './random.js';

/** Fills a new parameter: its values, row-major. */
export type Initializer = (shape: readonly number[], random: RandomStream) => Float32Array;

/** All zeros. */
export const zeros: Initializer = (shape) => new Float32Array(sizeOf(shape));

/** All ones. */
export const ones: Initializer = (shape) => new Float32Array(sizeOf(shape)).fill(1);

/** Normal numbers of mean 0. */
export function normal(standardDeviation: number): Initializer {
  return fill((random) => standardDeviation * random.nextNormal());
}

/** Normal numbers of mean 0, drawn again while they lie more than two standard deviations away (BERT, ViT). */
export function truncatedNormal(standardDeviation: number): Initializer {
  return fill((random) => {
    let value = random.nextNormal();
    while (Math.abs(value) > 2) value = random.nextNormal();
    return standardDeviation * value;
  });
}

/** Uniform numbers in [-limit, limit). */
export function uniform(limit: number): Initializer {
  return fill((random) => limit * (2 * random.nextUniform() - 1));
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
  return (shape, random) => normal(gain / Math.sqrt(shape[0] ?? 1))(shape, random);
}

function fill(draw: (random: RandomStream) => number): Initializer {
  return (shape, random) => Float32Array.from({ length: sizeOf(shape) }, () => draw(random));
}

/** How many entries a tensor of this shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
