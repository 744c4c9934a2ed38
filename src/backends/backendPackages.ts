// The packages that tfjs backends come in. All are optional peers: each is imported when it is asked for.
import { BackendError } from '../errors/index.js';

/** A tfjs backend: `tensorflow` is the native one of @tensorflow/tfjs-node. */
export type BackendName = 'cpu' | 'wasm' | 'webgl' | 'webgpu' | 'tensorflow';

/** Where a backend comes from. */
export interface BackendPackage {
  /** Its npm package. */
  readonly name: string;
  /** Imports it, which registers the backend with tfjs. */
  readonly load: () => Promise<unknown>;
}

/** The package of each backend. */
export const BACKEND_PACKAGES: Readonly<Record<BackendName, BackendPackage>> = {
  cpu: {
    name: '@tensorflow/tfjs-backend-cpu',
    load: () => import('@tensorflow/tfjs-backend-cpu').catch(notImported('@tensorflow/tfjs-backend-cpu')),
  },
  wasm: {
    name: '@tensorflow/tfjs-backend-wasm',
    load: () => import('@tensorflow/tfjs-backend-wasm').catch(notImported('@tensorflow/tfjs-backend-wasm')),
  },
  webgl: {
    name: '@tensorflow/tfjs-backend-webgl',
    load: () => import('@tensorflow/tfjs-backend-webgl').catch(notImported('@tensorflow/tfjs-backend-webgl')),
  },
  webgpu: {
    name: '@tensorflow/tfjs-backend-webgpu',
    load: () => import('@tensorflow/tfjs-backend-webgpu').catch(notImported('@tensorflow/tfjs-backend-webgpu')),
  },
  tensorflow: { name: '@tensorflow/tfjs-node', load: () => loadTfjsNode() },
};

/**
 * Imports @tensorflow/tfjs-node, which calls `util.isNullOrUndefined`: Node 23 took that away, so it is put back first
 * (tfjs issues 8609 and 8746).
 *
 * @param importModule what imports; tests pass their own
 */
export async function loadTfjsNode(importModule: (name: string) => Promise<unknown> = importByName): Promise<unknown> {
  const util: { isNullOrUndefined?: (value: unknown) => boolean } | undefined = builtInUtil();
  if (util !== undefined) util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  return importModule('@tensorflow/tfjs-node').catch(notImported('@tensorflow/tfjs-node'));
}

/** node:util itself, whose properties can be changed: an ES import of it is a frozen view. Undefined in browsers. */
function builtInUtil(): object | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): object | undefined } };
  return process?.getBuiltinModule?.('node:util');
}

/** The name is no literal in the call, so that bundlers do not look for a package that only Node can use. */
function importByName(name: string): Promise<unknown> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ name);
}

function notImported(name: string) {
  return (cause: unknown): never => {
    const detail = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new BackendError(`${name} could not be imported: ${detail}\nInstall it: npm install ${name}`, {
      cause,
      value: name,
    });
  };
}
