import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { hash32, hashEntry } from './hash.js';
import { dispatch } from './kernel.js';

/** Layers of equal area under the normal density; the lowest one holds the tail beyond TAIL. */
const LAYERS = 128;
const TAIL = 3.442619855899;
const LAYER_AREA = 9.91256303526217e-3;
/** A layer takes 7 bits of a 32-bit integer; the other 25, signed, are the place in it. */
const PLACES = 2 ** 24;
const GOLDEN = 0x9e3779b9;

/** What is looked up for each layer. */
export interface NormalLayers {
  /** Places below this one lie under the density for certain. */
  readonly inside: Int32Array;
  /** From a place to a number. */
  readonly width: Float64Array;
  /** The density at the layer's upper edge, up to a factor. */
  readonly density: Float64Array;
}

let layers: NormalLayers | undefined;

/** The layers, made for the first call. */
export function normalLayers(): NormalLayers {
  layers ??= makeLayers();
  return layers;
}

/**
 * Normal numbers of mean 0, as many as the shape has.
 *
 * @param seed 32-bit integer
 */
export function normalNumbers(shape: readonly number[], standardDeviation: number, seed: number): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  return fillNormal(new Float32Array(size), standardDeviation, seed);
}

/** The same as a new tensor, which a kernel makes where it lies; the caller disposes it. */
export function normalTensor(shape: readonly number[], standardDeviation: number, seed: number): Tensor {
  return dispatch('SesameNormal', {}, { shape, standardDeviation, seed }, () =>
    tensor(normalNumbers(shape, standardDeviation, seed), [...shape]),
  );
}

/**
 * Fills `target` with normal numbers of mean 0. Entry i depends on the seed and i alone, and costs a few nanoseconds: a
 * model has millions of them.
 *
 * @param seed 32-bit integer
 * @see Marsaglia and Tsang 2000, https://doi.org/10.18637/jss.v005.i08 (the ziggurat method; here no bit serves twice)
 */
export function fillNormal(target: Float32Array, standardDeviation: number, seed: number): Float32Array {
  const { inside, width } = normalLayers();
  const key = hash32(~seed);
  for (let i = 0; i < target.length; i++) {
    const bits = hashEntry(seed, key, i);
    const layer = bits & (LAYERS - 1);
    const place = bits >> 7;
    const distance = place ^ (place >> 31); // without a branch that nobody could foresee
    target[i] = standardDeviation * (distance < inside[layer]! ? place * width[layer]! : normalAtEdge(bits));
  }
  return target;
}

/** A normal number whose first 32 bits fell on the edge of a layer: about one in eighty. */
export function normalAtEdge(firstBits: number): number {
  const { inside, width, density } = normalLayers();
  let bits = firstBits;
  let state = firstBits; // of the further random numbers
  for (;;) {
    const layer = bits & (LAYERS - 1);
    const place = bits >> 7;
    const x = place * width[layer]!;
    if (Math.abs(place) < inside[layer]!) return x;
    state += GOLDEN;
    const height = uniform(state);
    if (layer === 0) return Math.sign(place) * inTail(height, state);
    if (density[layer]! + height * (density[layer - 1]! - density[layer]!) < Math.exp(-0.5 * x * x)) return x;
    state += GOLDEN;
    bits = hash32(state) | 0;
  }
}

/** A number beyond TAIL, by Marsaglia's method for the tail. */
function inTail(first: number, firstState: number): number {
  let state = firstState + GOLDEN;
  let beyond = -Math.log(first) / TAIL;
  while (-2 * Math.log(uniform(state)) <= beyond * beyond) {
    beyond = -Math.log(uniform(state + GOLDEN)) / TAIL;
    state += 2 * GOLDEN;
  }
  return TAIL + beyond;
}

/** In (0, 1). */
function uniform(state: number): number {
  return (hash32(state) + 0.5) / 2 ** 32;
}

function makeLayers(): NormalLayers {
  const inside = new Int32Array(LAYERS);
  const width = new Float64Array(LAYERS);
  const density = new Float64Array(LAYERS);
  const densityAt = (x: number) => Math.exp(-0.5 * x * x);
  const lowest = LAYER_AREA / densityAt(TAIL); // as wide as a box of that area would be
  inside[0] = (TAIL / lowest) * PLACES;
  width[0] = lowest / PLACES;
  density[0] = 1;
  let edge = TAIL;
  for (let layer = LAYERS - 1; layer > 0; layer--) {
    // Layer 127 is the widest box above the lowest one; its neighbour above is as wide as its upper edge.
    const above = layer > 1 ? Math.sqrt(-2 * Math.log(LAYER_AREA / edge + densityAt(edge))) : 0;
    inside[layer] = (above / edge) * PLACES;
    width[layer] = edge / PLACES;
    density[layer] = densityAt(edge);
    edge = above;
  }
  return { inside, width, density };
}
