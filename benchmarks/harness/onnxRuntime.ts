// onnxruntime in a contender's process: its native build for Node, or its wasm build.
import { readFileSync } from 'node:fs';
import type { Tensor } from 'onnxruntime-node';

/** Which build. */
export type Runtime = 'onnxruntime-node' | 'onnxruntime-web';

/** A model that is loaded. */
export interface LoadedModel {
  /** Runs it. */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  /** Whole numbers as onnxruntime wants them. */
  integers(numbers: ArrayLike<number>, shape: readonly number[]): Tensor;
  /** float32 numbers. */
  floats(numbers: Float32Array, shape: readonly number[]): Tensor;
}

/** Loads an ONNX file, with the settings that its documentation gives for the number of threads. */
export async function loadOnnx(runtime: Runtime, file: string, threads: number): Promise<LoadedModel> {
  const { session, TensorClass } = await (runtime === 'onnxruntime-node' ? native(file, threads) : wasm(file, threads));
  return {
    run: (inputs) => session.run(inputs),
    integers: (numbers, shape) =>
      new TensorClass(
        'int64',
        BigInt64Array.from({ length: numbers.length }, (_, i) => BigInt(numbers[i]!)),
        shape,
      ),
    floats: (numbers, shape) => new TensorClass('float32', numbers, shape),
  };
}

async function native(file: string, threads: number) {
  const { InferenceSession, Tensor: TensorClass } = await import('onnxruntime-node');
  const session = await InferenceSession.create(file, {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  return { session, TensorClass };
}

async function wasm(file: string, threads: number) {
  const { env, InferenceSession, Tensor: TensorClass } = await import('onnxruntime-web');
  env.wasm.numThreads = threads;
  const session = await InferenceSession.create(readFileSync(file), { executionProviders: ['wasm'] });
  return { session, TensorClass };
}
