// A heap that is full says whose numbers found no room.
import { backend, getBackend, memory } from '@tensorflow/tfjs-core';
import { loadPretrained, memoryFolder, savePretrained } from 'sesame-nlp/checkpoints';
import { BackendError } from 'sesame-nlp/errors';
import { registerWasmKernels } from 'sesame-nlp/kernels/wasm';
import { createGpt } from 'sesame-nlp/models';
import { hasKernel } from 'sesame-nlp/ops';
import { describe, expect, test } from 'vitest';

interface Heap {
  readonly wasm: { _malloc(bytes: number): number };
}

describe.runIf(getBackend() === 'wasm' && hasKernel('SesameLinear'))('a full heap', () => {
  const options = { vocabSize: 60, maxPositions: 16, dModel: 32, numLayers: 1, numHeads: 2 } as const;

  /** Whatever needs this many bytes and more finds no room. */
  async function whileFull<Result>(bytes: number, use: () => Promise<Result>): Promise<Result> {
    await registerWasmKernels();
    const { wasm } = backend() as unknown as Heap;
    const allocate = wasm._malloc;
    wasm._malloc = (wanted) => {
      if (wanted >= bytes) throw new BackendError(`The WebAssembly heap is full: ${wanted} bytes.`, { value: wanted });
      return allocate(wanted);
    };
    try {
      return await use();
    } finally {
      wasm._malloc = allocate;
    }
  }

  test('names the parameter that is initialized, loaded, rounded or packed', async () => {
    const [model, folder] = [createGpt(options), memoryFolder()];
    const { weight } = model.backbone.tokenEmbedding;
    const name = /^backbone\.tokenEmbedding\.weight: The WebAssembly heap is full: /;
    await expect(whileFull(4 * 60 * 32, async () => weight.value)).rejects.toThrow(name);
    await expect(whileFull(60 * 32, () => weight.quantize())).rejects.toThrow(BackendError);
    await expect(whileFull(60 * 32, () => weight.quantize())).rejects.toThrow(name);
    await savePretrained(folder, { model });
    await expect(whileFull(4 * 60 * 32, async () => weight.pack())).rejects.toThrow(name);
    model.dispose();
    const before = memory().numTensors;
    await expect(whileFull(4 * 60 * 32, () => loadPretrained(folder))).rejects.toThrow(name);
    expect(memory().numTensors).toBe(before);
  });
});
