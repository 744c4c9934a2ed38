import { add, getBackend, setBackend, tensor1d } from '@tensorflow/tfjs-core';
import { selectBackend } from 'sesame-nlp/backends';
import { BackendError } from 'sesame-nlp/errors';
import { hasKernel } from 'sesame-nlp/ops';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadTfjsNode } from '../../src/backends/backendPackages.js';

let before: string;
beforeEach(() => {
  before = getBackend();
});
afterEach(() => setBackend(before));

describe('selectBackend', () => {
  test('takes wasm in Node, and computes on it', async () => {
    expect(await selectBackend()).toBe('wasm');
    expect(getBackend()).toBe('wasm');
    const sum = add(tensor1d([1, 2]), 1);
    expect([...(await sum.data())]).toEqual([2, 3]);
  });

  test('takes the backend that was asked for', async () => {
    expect(await selectBackend('cpu')).toBe('cpu');
    expect(getBackend()).toBe('cpu');
  });

  test('gives wasm the accelerated kernels, and takes them away where they are not wanted', async () => {
    await selectBackend('wasm');
    expect(hasKernel('SesameLinear')).toBe(true);
    await selectBackend('wasm', { kernels: false });
    expect(hasKernel('SesameLinear')).toBe(false);
    await selectBackend('cpu', { kernels: true });
    expect(hasKernel('SesameLinear')).toBe(false);
    await selectBackend();
    expect(hasKernel('SesameLinear')).toBe(true);
  });

  test('answers an unknown backend with the nearest one', async () => {
    const failure = await selectBackend('wsam' as 'wasm').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BackendError);
    expect((failure as Error).message).toBe('selectBackend: there is no backend wsam.\nDid you mean wasm?');
  });

  test('answers what is no name, and a backend of browsers in Node', async () => {
    await expect(selectBackend(['wasm'] as never)).rejects.toThrow(BackendError);
    await expect(selectBackend(null as never)).rejects.toThrow(/no backend null/);
    await expect(selectBackend('webgl')).rejects.toThrow(/needs a browser/);
  });

  test('answers a missing native backend with what to install', async () => {
    const failure = await selectBackend('tensorflow').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BackendError);
    expect((failure as Error).message).toContain('Install it: npm install @tensorflow/tfjs-node');
    expect(getBackend()).toBe(before);
  });

  test('says that there is no WebGPU in Node', async () => {
    await expect(selectBackend('webgpu')).rejects.toThrow(/no WebGPU here/);
  });
});

test('util.isNullOrUndefined, gone from Node 23 on, is there when tfjs-node is imported', async () => {
  const util = process.getBuiltinModule('node:util') as unknown as Record<string, unknown>;
  const original = util.isNullOrUndefined;
  delete util.isNullOrUndefined;
  try {
    let seen: unknown[] = [];
    await loadTfjsNode(async (name) => {
      const check = util.isNullOrUndefined as (value: unknown) => boolean;
      seen = [name, check(null), check(undefined), check(0)];
    });
    expect(seen).toEqual(['@tensorflow/tfjs-node', true, true, false]);
  } finally {
    if (original === undefined) delete util.isNullOrUndefined;
    else util.isNullOrUndefined = original;
  }
});
