// What happens where tfjs's heap is full, or built otherwise than it is today.
import { backend, dispose, getBackend, memory, ones, type Tensor, tensor, zeros } from '@tensorflow/tfjs-core';
import { BackendError } from 'sesame-nlp/errors';
import { generateStream } from 'sesame-nlp/generation';
import { registerWasmKernels, unregisterWasmKernels } from 'sesame-nlp/kernels/wasm';
import { createGpt } from 'sesame-nlp/models';
import { gelu, hasKernel } from 'sesame-nlp/ops';
import { adamW, fit } from 'sesame-nlp/training';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isTfjsHeap } from '../../src/kernels/wasm/tfjsHeap.js';
import { timesToRun } from '../support/nightly.js';

interface WasmBackend {
  readonly wasm: { asm: { memory?: WebAssembly.Memory }; _malloc(bytes: number): number; HEAPU8: Uint8Array };
}

const wasmBackend = () => backend() as unknown as WasmBackend;
const heapBytes = () => wasmBackend().wasm.HEAPU8.buffer.byteLength;
const GIGABYTE = 2 ** 30;

describe.runIf(getBackend() === 'wasm')("tfjs's heap", () => {
  const registeredBefore = hasKernel('SesameLinear');
  beforeEach(() => void unregisterWasmKernels());
  afterEach(async () => {
    vi.restoreAllMocks();
    if (registeredBefore) await registerWasmKernels();
    else unregisterWasmKernels();
  });

  test('another version of tfjs, whose memory is elsewhere, goes on without kernels and with one warning', async () => {
    const warning = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { wasm } = wasmBackend();
    const { asm } = wasm;
    for (const broken of [{}, { ...asm, memory: undefined }, undefined]) {
      Object.assign(wasm, { asm: broken });
      try {
        expect(isTfjsHeap(backend())).toBe(false);
        expect(await registerWasmKernels()).toBe(false);
      } finally {
        Object.assign(wasm, { asm });
      }
    }
    expect(hasKernel('SesameGelu')).toBe(false);
    expect(warning).toHaveBeenCalledTimes(1);
    expect(warning.mock.calls[0]![0]).toMatch(
      /^sesame-nlp: the accelerated wasm kernels are not used, .*tfjs-backend-wasm/,
    );
    const y = gelu(ones([4]));
    expect((await y.data())[0]).toBeCloseTo(0.8413, 3);
    y.dispose();
    expect(isTfjsHeap(backend())).toBe(true);
    expect(await registerWasmKernels()).toBe(true);
    expect(hasKernel('SesameGelu')).toBe(true);
  });

  test('registering twice, or taking away what is not there, changes nothing', async () => {
    expect(await registerWasmKernels()).toBe(true);
    expect(await registerWasmKernels()).toBe(true);
    unregisterWasmKernels();
    unregisterWasmKernels();
    expect(hasKernel('SesameGelu')).toBe(false);
    expect(await Promise.all([registerWasmKernels(), registerWasmKernels()])).toEqual([true, true]);
    unregisterWasmKernels();
    expect(hasKernel('SesameGelu')).toBe(false);
  });

  test('the heap grows under the kernels, and results stay right', async () => {
    await registerWasmKernels();
    const before = heapBytes();
    const held: Tensor[] = [];
    while (heapBytes() < before + 2 ** 27) held.push(gelu(ones([1000, 1000])));
    const values = await Promise.all([held[0]!, held.at(-1)!].map((y) => y.data()));
    for (const y of values) expect([y[0], y.at(-1)].map((x) => x!.toFixed(4))).toEqual(['0.8413', '0.8413']);
    dispose(held);
  });

  test(
    'neither decoding nor training makes the heap grow',
    async () => {
      await registerWasmKernels();
      const model = createGpt({ vocabSize: 31, maxPositions: 64, dModel: 16, numLayers: 2, numHeads: 2, dropout: 0.1 });
      const batches = [{ tokenIds: [[...Array(65).keys()].map((i) => i % 31)] }];
      const train = (steps: number) => fit(model, repeat(batches), { optimizer: adamW({ learningRate: 1e-3 }), steps });
      const write = async (tokens: number) => {
        for await (const _ of generateStream(model, [1], { maxNewTokens: tokens, seed: 1 }));
      };
      await train(20);
      await write(200);
      const [bytes, tensors] = [heapBytes(), memory().numTensors];
      await train(timesToRun({ always: 100, nightly: 1000 }));
      await write(timesToRun({ always: 1000, nightly: 10_000 }));
      expect(heapBytes()).toBe(bytes);
      expect(memory().numTensors).toBe(tensors);
      model.dispose();
    },
    timesToRun({ always: 60_000, nightly: 600_000 }),
  );

  // The last one: a heap does not shrink.
  test('a heap that is full is an error with the tensor, the need and the remedy, and what is there stays', async () => {
    await registerWasmKernels();
    const kept = gelu(tensor([1, 2, 3]));
    const { numTensors } = memory();
    // A quarter of a gigabyte each: no machine needs to have the memory, for nothing is written to it.
    const { wasm } = wasmBackend();
    const taken: number[] = [];
    try {
      for (;;) taken.push(wasm._malloc(GIGABYTE / 4));
    } catch (error) {
      expect(error).toBeInstanceOf(BackendError);
    }
    expect(taken.length).toBeGreaterThan(10);
    const attempts: (() => Tensor)[] = [() => zeros([64, 1024, 1024]), () => gelu(ones([48, 1024, 1024]))];
    for (const attempt of attempts) {
      const failure = catchError(attempt);
      expect(failure).toBeInstanceOf(BackendError);
      expect(failure.message).toMatch(
        /^The WebAssembly heap is full: a float32 tensor \[\d+, 1024, 1024\] needs \d+ MB, and the heap has grown to \d+ of at most 4096 MB\.\n/,
      );
      expect(failure.message).toContain("model.quantize('int8')");
      expect((failure as BackendError).value).toBeGreaterThan(GIGABYTE / 8);
    }
    expect((await kept.data())[0]).toBeCloseTo(0.8413, 3);
    for (const address of taken) (wasm as unknown as { _free(address: number): void })._free(address);
    const again = gelu(ones([1000]));
    expect((await again.data())[999]).toBeCloseTo(0.8413, 3);
    dispose([kept, again]);
    expect(memory().numTensors).toBeLessThanOrEqual(numTensors + 1);
  });
});

function repeat<Item>(items: readonly Item[]): Iterable<Item> {
  return {
    *[Symbol.iterator]() {
      for (;;) yield* items;
    },
  };
}

function catchError(attempt: () => unknown): Error {
  try {
    attempt();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was expected to throw');
}
