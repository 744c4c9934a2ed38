// Small models for the tests of training, and the problems they learn.
import { scalar, square, sub, sum, type Tensor, tanh, tensor } from '@tensorflow/tfjs-core';
import {
  type ForwardOptions,
  initialize,
  initializers,
  type Loss,
  Module,
  Parameter,
  RandomStream,
} from 'sesame-nlp/nn';
import { dropout, linear } from 'sesame-nlp/ops';

/** Rows of numbers in, rows of numbers out. */
export interface Rows {
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
}

/** y = x w + b, with the squared error of each number as its loss. */
export class LinearRegression extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(inSize: number, outSize: number, seed = 1) {
    super();
    this.weight = new Parameter([inSize, outSize], initializers.normal(0.5));
    this.bias = new Parameter([outSize], initializers.zeros);
    initialize(this, { seed });
  }

  protected override forward(x: Tensor): Tensor {
    return linear(x, this.weight.value, this.bias.value);
  }

  loss({ x, y }: Rows, _options: ForwardOptions = {}): Loss {
    return squaredError(this.call(tensor(x as number[][])), y);
  }
}

/** A hidden layer with tanh and dropout between two linear maps. */
export class Perceptron extends Module {
  readonly w1: Parameter;
  readonly b1: Parameter;
  readonly w2: Parameter;
  readonly b2: Parameter;
  readonly dropoutRate: number;

  constructor(sizes: readonly [number, number, number], { seed = 1, dropoutRate = 0 } = {}) {
    super();
    const [inSize, hiddenSize, outSize] = sizes;
    this.w1 = new Parameter([inSize, hiddenSize], initializers.glorotUniform);
    this.b1 = new Parameter([hiddenSize], initializers.zeros);
    this.w2 = new Parameter([hiddenSize, outSize], initializers.glorotUniform);
    this.b2 = new Parameter([outSize], initializers.zeros);
    this.dropoutRate = dropoutRate;
    initialize(this, { seed });
  }

  protected override forward(x: Tensor, options: ForwardOptions): Tensor {
    const hidden = tanh(linear(x, this.w1.value, this.b1.value));
    const kept =
      options.training && this.dropoutRate > 0 ? dropout(hidden, this.dropoutRate, options.random!.nextSeed()) : hidden;
    return linear(kept, this.w2.value, this.b2.value);
  }

  loss({ x, y }: Rows, options: ForwardOptions = {}): Loss {
    return squaredError(this.call(tensor(x as number[][]), options), y);
  }
}

function squaredError(prediction: Tensor, y: Rows['y']): Loss {
  return { total: sum(square(sub(prediction, tensor(y as number[][])))), count: scalar(prediction.size) };
}

/** Seeded uniform numbers in -1..1. */
export function noise(count: number, seed = 0): number[] {
  const random = new RandomStream(seed);
  return Array.from({ length: count }, () => 2 * random.nextUniform() - 1);
}

/** Batches of rows whose y is a fixed curve of x. */
export function curveBatches(numBatches: number, batchSize: number, inSize = 3): Rows[] {
  return Array.from({ length: numBatches }, (_, batch) => {
    const x = Array.from({ length: batchSize }, (_, row) => noise(inSize, batch * batchSize + row));
    const y = x.map((row) => [Math.sin(2 * row[0]!) + row[1]! * row[2 % inSize]!, row[0]! - 0.5 * row[1]!]);
    return { x, y };
  });
}

/** The numbers of all parameters, by path. */
export async function weightsOf(model: Perceptron | LinearRegression): Promise<Record<string, number[]>> {
  const entries = Object.entries(model).filter((entry): entry is [string, Parameter] => entry[1] instanceof Parameter);
  const weights: Record<string, number[]> = {};
  for (const [name, parameter] of entries) weights[name] = [...(await parameter.read())];
  return weights;
}
