// Gradients of a row's subject, and what finite differences say they should be.
import { dispose, grads, mul, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { namedParameters, type Parameter, RandomStream } from 'sesame-nlp/nn';
import { isGpu } from '../support/oracle.js';
import { draw, type How, type Row, type Subject } from './row.js';

/** The gradients of a loss for the inputs that are numbers, then for all parameters. The caller's. */
export interface Gradients {
  readonly names: string[];
  readonly all: Tensor[];
}

/** The gradients of the sum of the output's entries, each times a random number of its own. */
export function gradients(row: Row, subject: Subject, inputs: readonly Tensor[], how: How = {}): Gradients {
  const places = differentiableInputs(row);
  const parameters = parametersOf(subject);
  const variables = [...parameters.values()].map(({ value }) => value); // allocated before the tape starts
  const all = tidy(() => {
    const weights = projection(row);
    const loss = (...given: Tensor[]) => {
      const replaced = inputs.map((input, index) => given[places.indexOf(index)] ?? input);
      return sum(mul(subject.run(replaced, how), weights));
    };
    return grads(loss)([...places.map((index) => inputs[index]!), ...variables]);
  });
  return { names: [...places.map((index) => `input ${index}`), ...parameters.keys()], all };
}

/** A derivative along a random direction: as the gradient says, and as finite differences say. */
export interface DirectionalDerivative {
  readonly name: string;
  readonly analytic: number;
  readonly numeric: number;
  /** The gradient's length, the scale of a wrong gradient's error. */
  readonly norm: number;
  /** How far the finite difference may be off because losses are sums of rounded numbers. */
  readonly noise: number;
}

/**
 * Fourth-order central differences of the loss, summed in float64, along random directions of steps ±1: one for each
 * input and parameter. A GPU backend, which is drawn by a processor here, gets one direction through them all.
 */
export async function finiteDifferences(
  row: Row,
  subject: Subject,
  inputs: readonly Tensor[],
): Promise<DirectionalDerivative[]> {
  const places = differentiableInputs(row);
  const parameters = [...parametersOf(subject).values()];
  const { names, all } = gradients(row, subject, inputs);
  const weights = projection(row);
  const weightNumbers = await weights.data();
  const random = new RandomStream(55);
  const slopes = await Promise.all(all.map((gradient) => gradient.data<'float32'>()));
  const directions = slopes.map(({ length }) =>
    Float32Array.from({ length }, () => (random.nextUniform() < 0.5 ? -1 : 1)),
  );
  const starts = await Promise.all([
    ...places.map((index) => inputs[index]!.data<'float32'>()),
    ...parameters.map((parameter) => parameter.read()),
  ]);

  const roundingShare = isGpu() ? 1e-5 : 2e-7;
  let rounding = 0;

  /** The loss after a step of some of the inputs and parameters along their directions. */
  const lossAt = async (moving: readonly number[], step: number) => {
    const moved = (which: number) => starts[which]!.map((value, i) => value + step * directions[which]![i]!);
    const changed = inputs.map((input, index) => {
      const which = places.indexOf(index);
      return which >= 0 && moving.includes(which) ? tensor(moved(which), input.shape) : input.clone();
    });
    for (const which of moving) parameters[which - places.length]?.assign(moved(which));
    const output = subject.run(changed, {});
    const values = await output.data<'float32'>();
    for (const which of moving) parameters[which - places.length]?.assign(Float32Array.from(starts[which]!));
    dispose([output, changed]);
    const terms = [...values].map((value, i) => value * weightNumbers[i]!);
    rounding = roundingShare * terms.reduce((total, term) => total + Math.abs(term), 0);
    return terms.reduce((total, term) => total + term, 0);
  };

  const everything = slopes.map((_, which) => which);
  const groups = isGpu() ? [everything] : everything.map((which) => [which]);
  const derivatives: DirectionalDerivative[] = [];
  for (const moving of groups) {
    if (moving.length === 0) continue;
    const h = 0.01 / Math.sqrt(moving.length);
    const near = (await lossAt(moving, h)) - (await lossAt(moving, -h));
    const far = (await lossAt(moving, 2 * h)) - (await lossAt(moving, -2 * h));
    const along = moving.flatMap((which) => [...slopes[which]!].map((slope, i) => slope * directions[which]![i]!));
    derivatives.push({
      name: moving.map((which) => names[which]).join(', '),
      analytic: along.reduce((total, part) => total + part, 0),
      numeric: (8 * near - far) / (12 * h),
      norm: Math.hypot(...along),
      noise: rounding / h,
    });
  }
  dispose([all, weights]);
  return derivatives;
}

function differentiableInputs({ inputs }: Row): number[] {
  return inputs.flatMap(({ below, values }, index) => (below === undefined && values === undefined ? [index] : []));
}

function parametersOf({ module }: Subject): Map<string, Parameter> {
  return module === undefined ? new Map() : namedParameters(module);
}

function projection(row: Row): Tensor {
  return draw({ shape: row.output }, row.output, new RandomStream(77));
}
