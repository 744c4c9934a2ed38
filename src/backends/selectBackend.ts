import { env, findBackendFactory, setBackend } from '@tensorflow/tfjs-core';
import { BackendError, ConfigError, nearestName, rejectUnknownOptions } from '../errors/index.js';
import { hasKernel } from '../ops/index.js';
import { BACKEND_PACKAGES, type BackendName } from './backendPackages.js';

/** What `selectBackend` takes besides a name. */
export interface SelectBackendOptions {
  /**
   * Where the wasm backend finds its binary files in a browser: the URL of a folder, ending in `/`, or a URL for each of
   * `tfjs-backend-wasm.wasm`, `tfjs-backend-wasm-simd.wasm` and `tfjs-backend-wasm-threaded-simd.wasm`. In Node it
   * finds them itself.
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>> | undefined;
  /**
   * Whether the wasm backend runs the accelerated kernels of this library, its own ops' and tfjs's: yes by default. With
   * false it runs tfjs's alone.
   *
   * With true the webgpu backend runs the shaders of `sesame-nlp/kernels/webgpu`, which by default it does not.
   */
  readonly kernels?: boolean | undefined;
  /**
   * On how many threads the wasm backend runs the accelerated kernels: 1 by default, and never more than the machine has
   * cores. It needs nothing in Node, and in a browser a page that is cross-origin isolated. Where threads cannot be, a
   * warning says why, and everything runs on one.
   */
  readonly threads?: number | undefined;
}

/** In the order of preference. */
const PREFERRED: { readonly node: readonly BackendName[]; readonly browser: readonly BackendName[] } = {
  node: ['wasm', 'cpu'],
  browser: ['webgpu', 'webgl', 'wasm', 'cpu'],
};

/**
 * Chooses the tfjs backend that everything runs on, and waits until it is ready.
 *
 * Without a name it takes the first that works: in Node wasm, then cpu; in a browser or a Web Worker webgpu, webgl,
 * wasm, then cpu. A backend's package is imported when it is tried, so that an application loads only what it uses.
 *
 * @returns the name of the backend in use
 * @throws BackendError if the backend is not known, not installed or does not start, saying what to do
 */
export function selectBackend(name?: BackendName, options: SelectBackendOptions = {}): Promise<BackendName> {
  // One after the other: two that overlap would start the same backend in two ways.
  const selected = selecting.then(() => select(name, options));
  selecting = selected.catch(() => {});
  return selected;
}

/** The end of the calls until now. */
let selecting: Promise<unknown> = Promise.resolve();

async function select(name: BackendName | undefined, options: SelectBackendOptions): Promise<BackendName> {
  rejectUnknownOptions('selectBackend', options, ['wasmPaths', 'kernels', 'threads']);
  checkOptions(options);
  if (name !== undefined) {
    checkName(name);
    await start(name, options);
    return name;
  }
  const failures: unknown[] = [];
  for (const candidate of isNode() ? PREFERRED.node : PREFERRED.browser) {
    try {
      await start(candidate, options);
      return candidate;
    } catch (error) {
      failures.push(error);
    }
  }
  const reasons = failures.map((failure) => (failure instanceof Error ? failure.message.split('\n')[0] : failure));
  throw new BackendError(`selectBackend: no backend starts here.\n${reasons.join('\n')}`, { value: failures });
}

async function start(name: BackendName, options: SelectBackendOptions): Promise<void> {
  if (name === 'webgpu' && !hasWebGpu()) {
    throw new BackendError('selectBackend: there is no WebGPU here (navigator.gpu). Try webgl, wasm or cpu.', {
      value: name,
    });
  }
  const { load } = BACKEND_PACKAGES[name];
  if (findBackendFactory(name) === null) await load();
  if (name === 'wasm') await prepareWasm(options);
  const started = await setBackend(name).catch((cause: unknown) => {
    const advice = name === 'webgl' && isNode() ? '\nIt needs a browser. In Node try wasm or cpu.' : '';
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BackendError(`selectBackend: ${name} did not start: ${reason}${advice}`, { cause, value: name });
  });
  if (!started) {
    const advice = name === 'wasm' && !isNode() ? '\nIn a browser, say in wasmPaths where its .wasm files are.' : '';
    throw new BackendError(`selectBackend: ${name} did not start on this machine.${advice}`, { value: name });
  }
  if (name === 'wasm') await setWasmKernels(options);
  if (name === 'webgpu' && options.kernels !== undefined) await setWebgpuKernels(options.kernels);
}

/** What must be done before the wasm backend starts. */
async function prepareWasm({ wasmPaths, kernels = true, threads = 1 }: SelectBackendOptions): Promise<void> {
  if (wasmPaths !== undefined) {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(typeof wasmPaths === 'string' ? wasmPaths : { ...wasmPaths });
  }
  // tfjs's own build for threads, which it takes in a page that is cross-origin isolated, has no place for the kernels.
  if (kernels) env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (threads > 1) {
    const { shareHeap } = await import('../kernels/wasm/sharedHeap.js');
    await shareHeap(wasmPaths);
  }
}

/** The kernels are loaded only where they are wanted. */
async function setWasmKernels({ kernels = true, threads = 1 }: SelectBackendOptions): Promise<void> {
  if (!kernels && !hasKernel('SesameLinear')) return;
  const { registerWasmKernels, unregisterWasmKernels, useWasmThreads } = await import(
    '../kernels/wasm/registerWasmKernels.js'
  );
  if (kernels) await registerWasmKernels();
  await useWasmThreads(threads);
  if (!kernels) unregisterWasmKernels();
}

function checkOptions({ wasmPaths = {}, kernels = true, threads = 1 }: SelectBackendOptions): void {
  if (!Number.isInteger(threads) || threads < 1) {
    const given = typeof threads === 'string' ? `'${threads}'` : String(threads);
    throw new ConfigError(`selectBackend: threads ${given} is not a whole number >= 1.`, { value: threads });
  }
  if (typeof kernels !== 'boolean') {
    throw new ConfigError(`selectBackend: kernels is ${JSON.stringify(kernels)}, and must be true or false.`, {
      value: kernels,
    });
  }
  if (typeof wasmPaths !== 'string' && (typeof wasmPaths !== 'object' || wasmPaths === null)) {
    throw new ConfigError(
      `selectBackend: wasmPaths is ${JSON.stringify(wasmPaths)}, and must be the URL of a folder, or one for each file.`,
      { value: wasmPaths },
    );
  }
  if (threads > 1 && !kernels) {
    throw new ConfigError(
      `selectBackend: threads ${threads} are asked for without kernels, but it is the kernels that run on threads.\n` +
        'Leave kernels out, or threads.',
      { value: threads },
    );
  }
}

async function setWebgpuKernels(wanted: boolean): Promise<void> {
  const { registerWebgpuKernels, unregisterWebgpuKernels } = await import('../kernels/webgpu/index.js');
  if (wanted) await registerWebgpuKernels();
  else unregisterWebgpuKernels();
}

function checkName(name: string): void {
  const known = Object.keys(BACKEND_PACKAGES);
  if (known.includes(name)) return;
  const nearest = nearestName(String(name), known);
  throw new BackendError(
    `selectBackend: there is no backend ${name}.\n${nearest === undefined ? `Backends: ${known.join(', ')}.` : `Did you mean ${nearest}?`}`,
    { value: name },
  );
}

/** Node 20 has no `navigator` at all; in later ones a package can put `gpu` there. */
function hasWebGpu(): boolean {
  return (globalThis as { navigator?: { gpu?: unknown } }).navigator?.gpu !== undefined;
}

function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node !== undefined;
}
