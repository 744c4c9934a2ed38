// A process that uses threads: node --import tsx scenario.ts <scenario>. It prints a line of JSON, and ends by itself.
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import {
  backend,
  findBackendFactory,
  type KernelBackend,
  ones,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core';
import { selectBackend } from 'sesame-nlp/backends';
import { wasmThreads } from 'sesame-nlp/kernels/wasm';
import { createGpt } from 'sesame-nlp/models';
import { namedParameters } from 'sesame-nlp/nn';
import { gelu, linear } from 'sesame-nlp/ops';
import { adamW, fit } from 'sesame-nlp/training';

const warnings: string[] = [];
console.warn = (message: unknown) => void warnings.push(String(message));

/** A sum that every kernel on the way contributes to: 512 · gelu(256), exactly. */
async function compute(): Promise<number> {
  const y = gelu(linear(ones([512, 256]), ones([256, 128])));
  const values = await y.data<'float32'>();
  return values.reduce((sum, value) => sum + value, 0) / 128;
}

/** A training whose jobs are worth sharing; a digest of its losses and weights. */
async function train(): Promise<string> {
  const model = createGpt({
    vocabSize: 67,
    maxPositions: 64,
    dModel: 96,
    numLayers: 2,
    numHeads: 3,
    dropout: 0.1,
    seed: 1,
  });
  const row = (start: number) => Array.from({ length: 64 }, (_, index) => (start * 31 + index * index) % 67);
  const batches = Array.from({ length: 20 }, (_, step) => ({
    tokenIds: [1, 2, 3, 4].map((text) => row(4 * step + text)),
  }));
  const { losses } = await fit(model, batches, {
    optimizer: adamW({ learningRate: 3e-3 }),
    steps: 20,
    clipNorm: 1,
    seed: 2,
  });
  const digest = createHash('sha256').update(JSON.stringify(losses));
  for (const [path, parameter] of namedParameters(model)) {
    digest.update(path).update(new Uint8Array((await parameter.value.data()).buffer));
  }
  return digest.digest('hex');
}

/** The classes of node:worker_threads, which can be changed: an import of them is a frozen view. */
const workerThreads = process.getBuiltinModule('node:worker_threads') as { Worker: unknown };

/** Registers the wasm backend anew, as something that this library may meet. */
async function changeBackend(change: (backend: KernelBackend) => void): Promise<void> {
  await import('@tensorflow/tfjs-backend-wasm');
  const make = findBackendFactory('wasm') as () => Promise<KernelBackend>;
  removeBackend('wasm');
  registerBackend('wasm', async () => {
    const made = await make();
    change(made);
    return made;
  });
}

const scenarios: Record<string, () => Promise<unknown>> = {
  'train on one thread': async () => {
    await selectBackend('wasm');
    return train();
  },
  'train on two threads': async () => {
    await selectBackend('wasm', { threads: 2 });
    return train();
  },
  'an error nobody catches': async () => {
    await selectBackend('wasm', { threads: 2 });
    await compute();
    throw new Error('nobody catches this');
  },
  'no threads in the page': async () => {
    Object.assign(globalThis, { crossOriginIsolated: false });
    await selectBackend('wasm', { threads: 2 });
    return compute();
  },
  'no shared memory': async () => {
    Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
    await selectBackend('wasm', { threads: 2 });
    return compute();
  },
  'workers that cannot be': async () => {
    workerThreads.Worker = class {
      constructor() {
        throw new Error('no permission');
      }
    };
    await selectBackend('wasm', { threads: 2 });
    return compute();
  },
  'workers that end': async () => {
    const { Worker } = workerThreads as { Worker: new (code: string, options: object) => object };
    workerThreads.Worker = class extends Worker {
      constructor(_code: string, options: object) {
        super('process.exit(3)', options);
      }
    };
    await selectBackend('wasm', { threads: 2 });
    return compute();
  },
  'a worker that ends later': async () => {
    const { Worker } = workerThreads as {
      Worker: new (code: string, options: object) => { terminate(): Promise<number> };
    };
    const workers: { terminate(): Promise<number> }[] = [];
    workerThreads.Worker = class extends Worker {
      constructor(code: string, options: object) {
        super(code, options);
        workers.push(this);
      }
    };
    await selectBackend('wasm', { threads: 2 });
    await compute();
    await Promise.all(workers.map((worker) => worker.terminate()));
    return compute();
  },
  'another tfjs': async () => {
    await changeBackend((backend) => {
      const { wasm } = backend as unknown as { wasm: { asm: object } };
      wasm.asm = { ...wasm.asm, memory: undefined };
    });
    await selectBackend('wasm', { threads: 2 });
    return compute();
  },
  'wasm was started before': async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    await setBackend('wasm');
    const before = backend();
    await selectBackend('wasm', { threads: 2 });
    return { anotherBackend: backend() !== before, sum: await compute() };
  },
  'wasm was started before, and has tensors': async () => {
    await selectBackend('wasm');
    const tensor = ones([2]);
    const refused = await selectBackend('wasm', { threads: 2 }).catch(
      (error: Error) => `${error.name}: ${error.message}`,
    );
    const kept = [...(await tensor.data())];
    tensor.dispose();
    return { refused, kept };
  },
  'the backend is removed and made anew': async () => {
    await selectBackend('wasm', { threads: 2 });
    await compute();
    const factory = findBackendFactory('wasm');
    removeBackend('wasm');
    registerBackend('wasm', factory);
    await selectBackend('wasm', { threads: 2 });
    return compute();
  },
  'another backend in between': async () => {
    await selectBackend('wasm', { threads: 2 });
    await compute();
    await import('@tensorflow/tfjs-backend-cpu');
    await selectBackend('cpu', { threads: 2 });
    const onCpu = wasmThreads();
    await selectBackend('wasm', { threads: 2 });
    return { onCpu, sum: await compute() };
  },
  'more threads than cores': async () => {
    await selectBackend('wasm', { threads: 1000 });
    return wasmThreads() === availableParallelism();
  },
};

const result = await scenarios[process.argv[2]!]!();
console.log(JSON.stringify({ threads: wasmThreads(), warnings, result }));
