import type { Parameter } from '../nn/index.js';

/** A copy of one parameter outside of the backend. */
export interface Weight {
  /** The parameter's; [] is a scalar. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** Copies of parameters, by path. */
export type Weights = ReadonlyMap<string, Weight>;

/** Copies parameters out of the backend. */
export async function readWeights(parameters: ReadonlyMap<string, Parameter>): Promise<Weights> {
  const weights = new Map<string, Weight>();
  for (const [path, parameter] of parameters) {
    weights.set(path, { shape: parameter.shape, data: await parameter.read() });
  }
  return weights;
}

/** Copies weights back into the parameters of the same paths. */
export function assignWeights(parameters: ReadonlyMap<string, Parameter>, weights: Weights): void {
  for (const [path, { data }] of weights) parameters.get(path)!.assign(data);
}
