import type { FileHandle } from 'node:fs/promises';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { FileSystem } from '../../../src/checkpoints/node/fileSystem.js';

/** What goes wrong, and when. */
export interface Fault {
  /** The call that fails, counted from 0. */
  readonly at: number;
  /** The error, or `death`: this call and all later ones fail, as for a process that ended before it. */
  readonly kind: 'ENOSPC' | 'EIO' | 'EACCES' | 'death';
}

/**
 * The real file system, one call of which fails. `calls` lists what was done, each 'name path'. Syncs are listed but not
 * done, which only a power cut could notice and which take most of the time.
 */
export function faultyFileSystem(fault?: Fault): { fileSystem: FileSystem; calls: string[] } {
  const calls: string[] = [];
  const failing = (call: string, target: string) => {
    calls.push(`${call} ${target}`);
    const index = calls.length - 1;
    if (fault === undefined || index < fault.at || (fault.kind !== 'death' && index > fault.at)) return undefined;
    const code = fault.kind === 'death' ? 'EIO' : fault.kind;
    return Object.assign(new Error(`${code}: injected into ${call}`), { code });
  };

  const watchHandle = (handle: FileHandle, file: string) =>
    new Proxy(handle, {
      get(target, property: keyof FileHandle) {
        const method = target[property];
        if (typeof method !== 'function') return method;
        return async (...values: unknown[]) => {
          const error = failing(`handle.${String(property)}`, file);
          // A disk that fills up takes the first half of a file; a handle is closed even where close reports an error.
          if (error && property === 'writeFile') await target.write((values[0] as Uint8Array).subarray(0, 1));
          if (error && property === 'close') await target.close();
          if (error) throw error;
          if (property === 'sync') return undefined;
          return Reflect.apply(method, target, values);
        };
      },
    });

  const fileSystem = new Proxy(fs, {
    get(target, property: keyof typeof fs) {
      const method = target[property];
      if (typeof method !== 'function') return method;
      return async (first: string, ...rest: unknown[]) => {
        const renamed = property === 'rename' ? ` -> ${path.basename(String(rest[0]))}` : '';
        const error = failing(property, first + renamed);
        if (error) throw error;
        const result: unknown = await Reflect.apply(method, target, [first, ...rest]);
        return property === 'open' ? watchHandle(result as FileHandle, first) : result;
      };
    },
  });
  return { fileSystem, calls };
}
