// What holds for a whole process: each test runs scenario.ts in one of its own.
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const script = fileURLToPath(new URL('./scenario.ts', import.meta.url));
const TWO = Math.min(2, availableParallelism());
/** Milliseconds, on a machine that has much else to do: a process that does not end by itself is killed after them. */
const LIMIT = 30_000;

/** Runs a scenario to the end of its process. */
async function scenario(name: string): Promise<{ threads: number; warnings: string[]; result: unknown }> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, name], { timeout: LIMIT });
  return JSON.parse(stdout);
}

const SUM = 512 * 256; // gelu(256) is 256

test('20 steps of training end in the same bits on one thread, on two, and on two again', {
  timeout: 90_000,
}, async () => {
  const alone = await scenario('train on one thread');
  expect(alone).toEqual({ threads: 1, warnings: [], result: expect.stringMatching(/^[0-9a-f]{64}$/) });
  for (let run = 0; run < 2; run++) {
    expect(await scenario('train on two threads')).toEqual({ ...alone, threads: TWO });
  }
});

test('a process that fails ends too', async () => {
  const failure = await scenario('an error nobody catches').catch((error: unknown) => error);
  expect(failure).toMatchObject({ killed: false, stderr: expect.stringContaining('nobody catches this') });
  expect((failure as { code: number }).code).toBeGreaterThan(0);
});

describe('where threads cannot be, a warning says why and one thread computes', () => {
  test.each([
    [
      'no threads in the page',
      /^sesame-nlp: threads are not used, because the page is not cross-origin isolated: serve /,
    ],
    ['no shared memory', /^sesame-nlp: threads are not used, because there is no SharedArrayBuffer here\.$/],
    ['workers that cannot be', /^sesame-nlp: threads are not used, a worker did not start: no permission\.$/],
    ['workers that end', /^sesame-nlp: threads are not used, a worker did not start: it ended with code 3\.$/],
    ['another tfjs', /^sesame-nlp: the accelerated wasm kernels are not used, this version of @tensorflow\/tfjs-b/],
  ])('%s', async (name, warning) => {
    expect(await scenario(name)).toEqual({ threads: 1, warnings: [expect.stringMatching(warning)], result: SUM });
  });
});

test('a thread that ends is told of, and the others do its share', async () => {
  expect(await scenario('a worker that ends later')).toEqual({
    threads: TWO,
    warnings: ['sesame-nlp: a thread ended, and the others do its share: it ended with code 1.'],
    result: SUM,
  });
});

test('a backend that has started already is started anew', async () => {
  const result = { anotherBackend: true, sum: SUM };
  expect(await scenario('wasm was started before')).toEqual({ threads: TWO, warnings: [], result });
});

test('a backend that has tensors keeps them, and the error says when to ask for threads', async () => {
  const { threads, result } = await scenario('wasm was started before, and has tensors');
  expect(threads).toBe(1);
  expect(result).toEqual({
    refused:
      'BackendError: selectBackend: the wasm backend has started on a heap that threads cannot share, and it holds ' +
      "tensors.\nCall selectBackend('wasm', { threads }) before the first tensor is made.",
    kept: [1, 1],
  });
});

test('a backend that was removed and made anew has threads again', async () => {
  const outcome = await scenario('the backend is removed and made anew');
  expect(outcome).toEqual({ threads: TWO, warnings: [], result: SUM });
});

test('another backend in between changes nothing', async () => {
  const result = { onCpu: 1, sum: SUM };
  expect(await scenario('another backend in between')).toEqual({ threads: TWO, warnings: [], result });
});

test('there are never more threads than cores', async () => {
  expect(await scenario('more threads than cores')).toMatchObject({ warnings: [], result: true });
});
