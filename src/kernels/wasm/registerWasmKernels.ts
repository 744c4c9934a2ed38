import {
  backend,
  getBackend,
  getKernel,
  type KernelBackend,
  type KernelConfig,
  type NamedTensorInfoMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors/index.js';
import { activationKernels } from './activationKernels.js';
import { attentionKernels } from './attentionKernels.js';
import { numberOfCores } from './cores.js';
import { dropoutKernels } from './dropoutKernels.js';
import { embeddingKernels } from './embeddingKernels.js';
import { int8Kernels } from './int8Kernels.js';
import type { KernelDefinition } from './kernelDefinition.js';
import { compileKernels } from './kernelModule.js';
import { KernelRuntimes } from './kernelRuntimes.js';
import { linearKernels } from './linearKernels.js';
import { lossKernels } from './lossKernels.js';
import { normKernels } from './normKernels.js';
import { optimizerKernels } from './optimizerKernels.js';
import { packedKernels } from './packedKernels.js';
import { positionKernels } from './positionKernels.js';
import { randomKernels } from './randomKernels.js';
import { samplingKernels } from './samplingKernels.js';
import { type StandardKernel, standardKernels } from './standardKernels.js';
import { sumKernels } from './sumKernels.js';
import { hasSharedHeap, isTfjsHeap } from './tfjsHeap.js';
import { warnOnce } from './warnOnce.js';

const sesameKernels: readonly KernelDefinition[] = [
  ...activationKernels,
  ...attentionKernels,
  ...dropoutKernels,
  ...embeddingKernels,
  ...int8Kernels,
  ...linearKernels,
  ...lossKernels,
  ...normKernels,
  ...optimizerKernels,
  ...packedKernels,
  ...positionKernels,
  ...randomKernels,
  ...samplingKernels,
  ...sumKernels,
];

const BACKEND = 'wasm';

/** What takes a registration back; undefined while nothing is registered. */
let undo: (() => void) | undefined;
/** What the kernels run on, once they were registered; it stays for the next registration. */
let runtimes: KernelRuntimes | undefined;

/**
 * Registers the accelerated kernels on tfjs's wasm backend, which must be the current one. From then on the ops of this
 * library run them, and so do tfjs's own matrix products, transpositions and some functions, in any code. `selectBackend`
 * calls it.
 *
 * @returns whether they are registered now; if this version of tfjs or the engine has no place for them, a warning says
 *   why, and everything goes on with tfjs's own kernels
 * @throws BackendError if wasm is not the current backend
 */
export async function registerWasmKernels(): Promise<boolean> {
  if (undo !== undefined) return true;
  if (getBackend() !== BACKEND) {
    throw new BackendError(
      `registerWasmKernels: the backend in use is ${getBackend()}.\nSelect wasm first: await selectBackend('wasm').`,
      { value: getBackend() },
    );
  }
  if (!isTfjsHeap(backend())) {
    warn('this version of @tensorflow/tfjs-backend-wasm keeps its memory elsewhere (4.22 is known to work)');
    return false;
  }
  const made = runtimes ?? (await makeRuntimes());
  runtimes ??= made; // another call may have been faster
  if (runtimes === undefined || undo !== undefined) return undo !== undefined;
  const runtimeOf = runtimes.of.bind(runtimes);
  try {
    runtimeOf(backend()); // what does not work shall be known now
  } catch (error) {
    warn(`they do not fit tfjs's memory: ${String(error)}`);
    return false;
  }
  const restore = [...sesameKernels.map((kernel) => add(kernel)), ...standardKernels.map((kernel) => replace(kernel))];
  undo = () => {
    for (const put of restore) put();
  };
  return true;

  function add({ name, compute }: KernelDefinition): () => void {
    registerKernel({
      kernelName: name,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const runtime = runtimeOf(backend as KernelBackend);
        return withFloats(inputs, backend as KernelBackend, (floats) =>
          runtime.heap.allOrNothing(() => compute(runtime, floats, attrs ?? {})),
        );
      },
    });
    return () => unregisterKernel(name, BACKEND);
  }

  function replace({ name, compute }: StandardKernel): () => void {
    const stock = getKernel(name, BACKEND) as KernelConfig | undefined;
    if (stock !== undefined) unregisterKernel(name, BACKEND);
    registerKernel({
      ...stock,
      kernelName: name,
      backendName: BACKEND,
      kernelFunc: (call) => {
        const runtime = runtimeOf(call.backend as KernelBackend);
        const result = runtime.heap.allOrNothing(() => compute(runtime, call.inputs, call.attrs ?? {}));
        if (result !== undefined) return result;
        if (stock !== undefined) return stock.kernelFunc(call);
        const dtypes = Object.entries(call.inputs).map(([input, tensor]) => `${input} ${tensor?.dtype}`);
        throw new BackendError(`${name}: the wasm backend has no kernel for ${dtypes.join(', ')}.`, { value: dtypes });
      },
    });
    return () => {
      unregisterKernel(name, BACKEND);
      if (stock !== undefined) registerKernel(stock);
    };
  }
}

/** Inputs of kernels that may be whole numbers or flags; what else is, is cast first, as the composed ops do. */
const NOT_FLOATS: ReadonlySet<string> = new Set(['ids', 'labels', 'codes']);

/** Hands on the inputs of a kernel as floats. */
function withFloats<Result>(
  inputs: NamedTensorInfoMap,
  backend: KernelBackend,
  use: (inputs: NamedTensorInfoMap) => Result,
): Result {
  const others = Object.entries(inputs).filter(
    ([name, tensor]) => tensor?.dtype !== 'float32' && !NOT_FLOATS.has(name),
  );
  if (others.length === 0) return use(inputs);
  const cast = getKernel('Cast', BACKEND);
  const floats = others.map(([name, x]) => {
    const made = cast.kernelFunc({ inputs: { x }, attrs: { dtype: 'float32' }, backend }) as TensorInfo;
    return [name, made] as const;
  });
  try {
    return use({ ...inputs, ...Object.fromEntries(floats) });
  } finally {
    for (const [, { dataId }] of floats) backend.disposeData(dataId);
  }
}

/** Takes the accelerated kernels away: tfjs's own are used again. */
export function unregisterWasmKernels(): void {
  undo?.();
  undo = undefined;
}

/**
 * Has the registered kernels run on so many threads from now on, on the current backend, but on no more than the machine
 * has cores: threads that take turns on one wait for each other. If threads do not start, a warning says why, and
 * everything goes on with one.
 */
export async function useWasmThreads(threads: number): Promise<void> {
  try {
    if (undo !== undefined) await runtimes?.of(backend()).useThreads(Math.min(threads, numberOfCores()));
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    warnOnce(`threads are not used, ${error.message}`);
  }
}

/** How many threads run the accelerated kernels on the current backend; 1 too where there are no such kernels. */
export function wasmThreads(): number {
  return runtimes === undefined || undo === undefined || getBackend() !== BACKEND ? 1 : runtimes.of(backend()).threads;
}

/** Compiles the kernels; if the engine refuses, a warning says so. */
async function makeRuntimes(): Promise<KernelRuntimes | undefined> {
  try {
    return new KernelRuntimes(await compileKernels(hasSharedHeap(backend())));
  } catch (error) {
    warn(`the engine did not compile them: ${String(error)}`);
    return undefined;
  }
}

function warn(reason: string): void {
  warnOnce(`the accelerated wasm kernels are not used, ${reason}`);
}
