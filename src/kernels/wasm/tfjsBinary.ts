// Where tfjs's WebAssembly binary is read from.

/** Where tfjs's binary files are: the URL of a folder, ending in `/`, or the URL of each. In Node also paths. */
export type WasmPaths = string | Readonly<Record<string, string>>;

/** tfjs's binary with SIMD, for one thread. */
const BINARY = 'tfjs-backend-wasm-simd.wasm';
const PACKAGE = '@tensorflow/tfjs-backend-wasm';

/** The Node modules that are used here. Bundlers must not see them. */
interface NodeModules {
  readonly 'node:fs/promises': { readFile(path: string | URL): Promise<Uint8Array> };
  readonly 'node:module': { createRequire(from: string | URL): { resolve(specifier: string): string } };
}

/**
 * Reads tfjs's binary with SIMD from where `wasmPaths` says. Without it Node looks in the package, and beside the program:
 * that is where tfjs itself looks if it was bundled.
 *
 * @throws Error if it is not there; the message says so as a reason
 */
export async function readTfjsBinary(wasmPaths?: WasmPaths): Promise<Uint8Array> {
  const path = typeof wasmPaths === 'string' ? wasmPaths + BINARY : wasmPaths?.[BINARY];
  const isUrl = path !== undefined && /^(https?|blob|data):/.test(path);
  const files = nodeModule('node:fs/promises');
  if (files !== undefined && !isUrl) {
    const place = path ?? findInNode();
    return files.readFile(place.startsWith('file:') ? new URL(place) : place).catch(notRead(place));
  }
  if (path === undefined) throw new Error('because selectBackend was not told in wasmPaths where the .wasm files are');
  const response = await fetch(path, { credentials: 'same-origin' }).catch(notRead(path));
  if (!response.ok) notRead(path)(`${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

function findInNode(): string {
  const { process } = globalThis as { process?: { argv?: readonly string[] } };
  for (const from of [import.meta.url, process?.argv?.[1]]) {
    for (const specifier of [`${PACKAGE}/dist/${BINARY}`, `./${BINARY}`]) {
      try {
        return nodeModule('node:module')!.createRequire(from!).resolve(specifier);
      } catch {
        // Not there, or `from` is no place: the next one.
      }
    }
  }
  throw new Error(`because ${BINARY} was not found; say in wasmPaths where it is`);
}

function notRead(path: string) {
  return (cause: unknown): never => {
    throw new Error(`because ${path} could not be read: ${String(cause)}`, { cause });
  };
}

function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as NodeModules[Name] | undefined;
}
