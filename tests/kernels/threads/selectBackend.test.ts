import { availableParallelism } from 'node:os';
import { backend, matMul, memory, ones } from '@tensorflow/tfjs-core';
import { type SelectBackendOptions, selectBackend } from 'sesame-nlp/backends';
import { ConfigError } from 'sesame-nlp/errors';
import { wasmThreads } from 'sesame-nlp/kernels/wasm';
import { expect, test } from 'vitest';
import { compileKernels } from '../../../src/kernels/wasm/kernelModule.js';
import { KernelRuntime } from '../../../src/kernels/wasm/kernelRuntime.js';

const TWO = Math.min(2, availableParallelism());

test('the number of threads follows the last call, and tensors stay', async () => {
  await selectBackend('wasm', { threads: 2 });
  const a = ones([300, 40]);
  for (const [threads, expected] of [
    [undefined, 1],
    [2, TWO],
    [1, 1],
    [2, TWO],
  ] as const) {
    await selectBackend('wasm', { threads });
    expect(wasmThreads()).toBe(expected);
    const product = matMul(a, a, false, true);
    expect(new Set(await product.data())).toEqual(new Set([40]));
    product.dispose();
  }
  a.dispose();
  expect(memory().numTensors).toBe(0);
});

test('without the kernels there are no threads', async () => {
  await selectBackend('wasm', { threads: 2 });
  await selectBackend('wasm', { kernels: false });
  expect(wasmThreads()).toBe(1);
  await selectBackend('wasm', { threads: 2 });
  expect(wasmThreads()).toBe(TWO);
});

test.each([[[2, 1, 2]], [[3, 2, 1]], [[2, 2, 3]]])('of calls that overlap, %j, the last one holds', async (calls) => {
  await selectBackend('wasm', { threads: 2 });
  const runtime = new KernelRuntime(backend(), await compileKernels(true));
  await Promise.all(calls.map((threads) => runtime.useThreads(threads)));
  expect(runtime.threads).toBe(calls.at(-1));
  runtime.dispose();
  expect(runtime.threads).toBe(1);
});

test.each<[SelectBackendOptions, string]>([
  [{ threads: 0 }, 'selectBackend: threads 0 is not a whole number >= 1.'],
  [{ threads: 1.5 }, 'selectBackend: threads 1.5 is not a whole number >= 1.'],
  [{ threads: '2' as never }, "selectBackend: threads '2' is not a whole number >= 1."],
  [{ kernels: 'no' as never }, 'selectBackend: kernels is "no", and must be true or false.'],
  [{ wasmPaths: 3 as never }, 'selectBackend: wasmPaths is 3, and must be the URL of a folder, or one for each file.'],
  [{ threads: Number.NaN }, 'selectBackend: threads NaN is not a whole number >= 1.'],
  [
    { threads: 2, kernels: false },
    'selectBackend: threads 2 are asked for without kernels, but it is the kernels that run on threads.\n' +
      'Leave kernels out, or threads.',
  ],
])('%o is refused', async (options, message) => {
  const failure = await selectBackend('wasm', options).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConfigError);
  expect((failure as Error).message).toBe(message);
});
