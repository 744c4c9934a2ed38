import { memory, tensor2d } from '@tensorflow/tfjs-core';
import {
  fit,
  type MuonOptions,
  muon,
  type Optimizer,
  type UpdateContext,
  type UpdateTensors,
} from 'sesame-nlp/training';
import { describe, expect, test } from 'vitest';
import { JORDAN_QUINTIC, newtonSchulz } from '../../src/training/newtonSchulz.js';
import { type OddQuintic, polarExpress } from '../../src/training/polarExpress.js';
import { curveBatches, noise, Perceptron } from './models.js';

type Matrix = number[][];

describe('newtonSchulz', () => {
  test.each([
    [5, 5],
    [4, 9],
    [9, 4],
    [16, 24],
    [1, 6],
  ])('of a %i x %i matrix equals the iteration in double precision', async (rows, columns) => {
    const matrix = grid(noise(rows * columns, rows), columns);
    for (const steps of [1, 3, 5]) {
      const expected = exactNewtonSchulz(matrix, steps).flat();
      const x = tensor2d(matrix);
      const y = newtonSchulz([x], jordan(steps))[0]!;
      const actual = await y.data();
      for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 4);
      x.dispose();
      y.dispose();
    }
  });

  test('brings the singular values of a matrix near 1', async () => {
    const x = tensor2d(grid(noise(8 * 8, 3), 8));
    const y = newtonSchulz([x], jordan(5))[0]!;
    const gram = product(grid([...(await y.data())], 8), transpose(grid([...(await y.data())], 8)));
    for (const [index, row] of gram.entries()) expect(row[index]).toBeGreaterThan(0.3);
    for (const [index, row] of gram.entries()) expect(row[index]).toBeLessThan(1.6);
    x.dispose();
    y.dispose();
  });

  test('with the polynomials of Polar Express is the same iteration with others', async () => {
    const matrix = grid(noise(9 * 14, 5), 14);
    const polynomials = polarExpress(3, 0.01);
    const x = tensor2d(matrix);
    const y = newtonSchulz([x], polynomials)[0]!;
    const actual = await y.data();
    const expected = exactNewtonSchulz(matrix, 3, polynomials).flat();
    for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 4);
    x.dispose();
    y.dispose();
  });

  test('of zeros is zeros', async () => {
    const x = tensor2d([[0, 0, 0]]);
    const y = newtonSchulz([x], jordan(5))[0]!;
    expect([...(await y.data())]).toEqual([0, 0, 0]);
    x.dispose();
    y.dispose();
  });
});

describe('polarExpress', () => {
  test('is what the paper publishes for singular values from 0.001 up', () => {
    const published = [
      [8.28721201814563, -23.595886519098837, 17.300387312530933],
      [4.107059111542203, -2.9478499167379106, 0.5448431082926601],
      [3.9486908534822946, -2.908902115962949, 0.5518191394370137],
      [3.3184196573706015, -2.488488024314874, 0.51004894012372],
      [2.300652019954817, -1.6689039845747493, 0.4188073119525673],
      [1.891301407787398, -1.2679958271945868, 0.37680408948524835],
    ];
    for (const [step, polynomial] of polarExpress(6, 0.001).entries()) {
      for (const [index, coefficient] of polynomial.entries()) {
        expect(coefficient).toBeCloseTo(published[step]![index]!, 3);
      }
    }
  });

  test.each([
    [3, 0.01, 0.28],
    [5, 0.001, 0.17],
    [8, 0.001, 1e-6],
  ])('%i steps bring all of %d..1 within %d of 1', (steps, smallest, distance) => {
    const polynomials = polarExpress(steps, smallest);
    for (let x = smallest; x <= 1; x += 0.0005) {
      const y = polynomials.reduce((x, [a, b, c]) => a * x + b * x ** 3 + c * x ** 5, x);
      expect(Math.abs(y - 1)).toBeLessThan(distance);
    }
  });
});

describe('muon', () => {
  const sizes = [3, 7, 2] as const;
  const batches = curveBatches(1, 8);

  test('moves a matrix as the recipe says, in double precision, over warm-up, decay and clipping', async () => {
    const model = new Perceptron(sizes);
    const settings = { learningRate: (step: number) => 0.02 / (step + 1), weightDecay: 0.1, newtonSchulzSteps: 3 };
    const optimizer = muon({ ...settings, momentumWarmup: { from: 0.85, steps: 4 }, adamW: { learningRate: 0 } });
    let value = grid([...(await model.w1.read())], 7);
    let momentum = value.map((row) => row.map(() => 0));
    const gradients = recordGradients(optimizer, 'w1');
    await fit(model, batches, { optimizer: gradients.optimizer, steps: 6, clipNorm: 0.5 });
    expect(gradients.seen.length).toBe(6);
    for (const [step, gradient] of gradients.seen.entries()) {
      const beta = step < 4 ? 0.85 + (0.1 * step) / 4 : 0.95;
      const learningRate = settings.learningRate(step);
      momentum = combine(momentum, beta, grid(gradient, 7), 1 - beta);
      const direction = exactNewtonSchulz(combine(grid(gradient, 7), 1 - beta, momentum, beta), 3);
      const stepSize = learningRate * Math.sqrt(7 / 3); // [in, out] = [3, 7]
      value = combine(value, 1 - 0.1 * learningRate, direction, -stepSize);
    }
    const actual = await model.w1.read();
    for (const [index, expected] of value.flat().entries()) expect(actual[index]).toBeCloseTo(expected, 4);
    model.dispose();
  });

  test('a matrix with more inputs than outputs has the learning rate unscaled', async () => {
    const model = new Perceptron(sizes);
    const before = grid([...(await model.w2.read())], 2);
    const optimizer = muon({ learningRate: 0.1, newtonSchulzSteps: 5, adamW: { learningRate: 0 } });
    await fit(model, batches, { optimizer, steps: 1 });
    const moved = combine(grid([...(await model.w2.read())], 2), 1, before, -1);
    const gram = product(transpose(moved), moved);
    for (const [index, row] of gram.entries()) {
      expect(Math.sqrt(row[index]!)).toBeGreaterThan(0.05);
      expect(Math.sqrt(row[index]!)).toBeLessThan(0.13);
    }
    model.dispose();
  });

  test('leaves vectors to AdamW, with settings of its own', async () => {
    const [model, still] = [new Perceptron(sizes), new Perceptron(sizes)];
    const before = await model.w1.read();
    const onlyRest = muon({ learningRate: 0, adamW: { learningRate: 0.01 } });
    await fit(model, batches, { optimizer: onlyRest, steps: 2 });
    expect([...(await model.w1.read())]).toEqual([...before]);
    expect([...(await model.b1.read())].some((value) => Math.abs(value) > 0.001)).toBe(true);
    await fit(still, batches, { optimizer: muon({ learningRate: 0.02, adamW: { learningRate: 0 } }), steps: 2 });
    expect([...(await still.b1.read())].every((value) => value === 0)).toBe(true);
    model.dispose();
    still.dispose();
  });

  test('groups reach matrices and the rest', async () => {
    const model = new Perceptron(sizes);
    const before = [...(await model.w1.read()), ...(await model.b1.read())];
    const groups = [{ match: (path: string) => path.endsWith('1'), frozen: true }];
    await fit(model, batches, {
      optimizer: muon({ learningRate: 0.02, adamW: { learningRate: 0.01 }, groups }),
      steps: 2,
    });
    expect([...(await model.w1.read()), ...(await model.b1.read())]).toEqual(before);
    model.dispose();
  });

  test('learns a curve faster than its start, and keeps no tensor', async () => {
    const model = new Perceptron([3, 16, 2]);
    const { losses } = await fit(model, curveBatches(4, 16), {
      optimizer: muon({ learningRate: 0.02, adamW: { learningRate: 0.01 } }),
      steps: 60,
    });
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 5);
    const before = memory().numTensors;
    await fit(model, curveBatches(4, 16), {
      optimizer: muon({ learningRate: 0.02, adamW: { learningRate: 0.01 } }),
      steps: 3,
    });
    expect(memory().numTensors).toBe(before);
    model.dispose();
  });

  test.each([
    ['a misspelt option', { learningRate: 1, adamW: { learningRate: 1 }, momentumm: 1 }, 'Did you mean momentum?'],
    ['a momentum of 1', { learningRate: 1, adamW: { learningRate: 1 }, momentum: 1 }, '< 1'],
    ['no smallest value', { learningRate: 1, adamW: { learningRate: 1 }, smallestSingularValue: 0 }, '> 0'],
    ['half an iteration', { learningRate: 1, adamW: { learningRate: 1 }, newtonSchulzSteps: 1.5 }, 'whole number'],
    ['no AdamW for the rest', { learningRate: 1 } as MuonOptions, 'Try adamW: { learningRate'],
  ])('%s is refused with what to do', (_, options, message) => {
    expect(() => muon(options)).toThrow(message);
  });
});

/** The optimizer, and the scaled gradients that a parameter's rule gets. */
function recordGradients(inner: Optimizer, path: string) {
  const seen: number[][] = [];
  const optimizer: Optimizer = {
    ...inner,
    ruleFor(otherPath, parameter) {
      const rule = inner.ruleFor(otherPath, parameter);
      if (otherPath !== path || rule === undefined) return rule;
      const record = ({ gradient }: UpdateTensors, { gradientScale }: UpdateContext) =>
        seen.push(Array.from(gradient.dataSync(), (value) => value * gradientScale));
      if ('together' in rule) {
        return {
          ...rule,
          before(tensors, context) {
            record(tensors, context);
            return rule.before(tensors, context);
          },
        };
      }
      return {
        ...rule,
        update(tensors, context) {
          record(tensors, context);
          return rule.update(tensors, context);
        },
      };
    },
  };
  return { optimizer, seen };
}

const jordan = (steps: number) => Array.from({ length: steps }, () => JORDAN_QUINTIC);

/** Jordan's iteration, as published: X X^T of the wide form. */
function exactNewtonSchulz(matrix: Matrix, steps: number, polynomials: readonly OddQuintic[] = jordan(steps)): Matrix {
  if (matrix.length > matrix[0]!.length) return transpose(exactNewtonSchulz(transpose(matrix), steps, polynomials));
  const norm = Math.sqrt(matrix.flat().reduce((sum, value) => sum + value * value, 0));
  let x = matrix.map((row) => row.map((value) => value / (norm + 1e-7)));
  for (const [a, b, c] of polynomials) {
    const gram = product(x, transpose(x));
    const inner = combine(gram, b, product(gram, gram), c);
    x = combine(x, a, product(inner, x), 1);
  }
  return x;
}

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) =>
    b[0]!.map((_, column) => row.reduce((sum, value, index) => sum + value * b[index]![column]!, 0)),
  );
}

function transpose(matrix: Matrix): Matrix {
  return matrix[0]!.map((_, column) => matrix.map((row) => row[column]!));
}

function combine(a: Matrix, factorA: number, b: Matrix, factorB: number): Matrix {
  return a.map((row, i) => row.map((value, j) => factorA * value + factorB * b[i]![j]!));
}

function grid(flat: readonly number[], columns: number): Matrix {
  return Array.from({ length: flat.length / columns }, (_, row) => flat.slice(row * columns, (row + 1) * columns));
}
