// Expectations computed by reference implementations, and the comparison that their tolerances ask for.
import { getBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { readFixture } from './fixtures.js';

/** A tensor as the fixtures write it. */
export interface OracleTensor {
  readonly dtype: 'float' | 'int32' | 'bool';
  readonly shape: number[];
  readonly data: (number | 'inf' | '-inf')[];
}

/** One forward (and backward) run of a reference model. */
export interface OracleRun {
  readonly name: string;
  readonly inputs: Record<string, OracleTensor>;
  readonly labels?: Record<string, OracleTensor>;
  readonly outputs: Record<string, OracleTensor & OracleTensor[]>;
  readonly grads?: Record<string, OracleTensor>;
  readonly grad_norms?: Record<string, number>;
}

/** Whether the current backend computes in less than full float32. */
export const isGpu = () => getBackend().startsWith('web');

/** The fixture as a tensor. */
export function fromOracle({ dtype, shape, data }: OracleTensor): Tensor {
  const values = data.map((value) => (typeof value === 'number' ? value : value === 'inf' ? Infinity : -Infinity));
  return tensor(values, shape, dtype === 'float' ? 'float32' : dtype);
}

/** A folder of tests/fixtures as a source that models load from. */
export function fixtureFolder(path: string) {
  return {
    read: (file: string) => readFixture(`${path}/${file}`),
    list: async () => ['config.json', 'model.safetensors'],
  };
}

/** Outputs, logits and losses: 1e-4 + 1e-4 |b|, on GPU backends 1e-3. `where` picks the entries that count. */
export async function expectOutput(
  actual: Tensor,
  expected: OracleTensor,
  where: (index: number) => boolean = () => true,
) {
  expect(actual.shape).toEqual(expected.shape);
  const values = await actual.data();
  const tolerance = isGpu() ? 1e-3 : 1e-4;
  let worst = 0;
  for (const [index, value] of expected.data.entries()) {
    if (!where(index)) continue;
    const difference = Math.abs(values[index]! - Number(value)) / (1 + Math.abs(Number(value)));
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** Gradients: 1e-3 of the largest entry of the tensor. */
export async function expectGradient(actual: Tensor, expected: OracleTensor) {
  expect(actual.shape).toEqual(expected.shape);
  const values = await actual.data();
  const largest = Math.max(...expected.data.map((value) => Math.abs(Number(value))));
  const worst = Math.max(...expected.data.map((value, index) => Math.abs(values[index]! - Number(value))));
  expect(worst).toBeLessThanOrEqual((isGpu() ? 5e-3 : 1e-3) * largest);
}
