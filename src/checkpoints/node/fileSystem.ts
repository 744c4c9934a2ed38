import fs from 'node:fs/promises';
import path from 'node:path';

/** The calls that storage makes, so that tests can make each of them fail. */
export type FileSystem = Pick<
  typeof fs,
  'lstat' | 'mkdir' | 'open' | 'readdir' | 'realpath' | 'rename' | 'rm' | 'rmdir' | 'stat' | 'statfs'
>;

/** The file system of the machine. */
export const nodeFileSystem: FileSystem = fs;

/** The code of an operating system's error, such as ENOENT. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** What `attempt` gives, or undefined where the file or folder is not there. */
export async function ifThere<Result>(attempt: Promise<Result>): Promise<Result | undefined> {
  try {
    return await attempt;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a new file and waits until it is on the disk. */
export async function writeDurably(fileSystem: FileSystem, file: string, bytes: Uint8Array): Promise<void> {
  const handle = await fileSystem.open(file, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits until the names in a directory are on the disk: a file's own sync does not cover its name. */
export async function syncDirectory(fileSystem: FileSystem, directory: string): Promise<void> {
  if (process.platform === 'win32') return; // there is no such call; NTFS journals names by itself
  const handle = await fileSystem.open(directory, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (errorCode(error) !== 'EINVAL' && errorCode(error) !== 'ENOTSUP') throw error; // some network file systems
  } finally {
    await handle.close();
  }
}

/** Creates a directory and its parents, and waits until their names are on the disk. */
export async function makeDirectoryDurably(fileSystem: FileSystem, directory: string): Promise<void> {
  const first = await fileSystem.mkdir(directory, { recursive: true });
  if (first === undefined) return;
  for (let created = path.resolve(directory); ; created = path.dirname(created)) {
    await syncDirectory(fileSystem, path.dirname(created));
    if (created === path.resolve(first) || created === path.dirname(created)) return;
  }
}

/** Deletes a file or a folder with all in it, if it is there; never follows a link. */
export async function deleteTree(fileSystem: FileSystem, target: string): Promise<void> {
  await fileSystem.rm(target, { recursive: true, force: true });
}

/** One read call's limit is below 2 GiB on every system, and readFile's too; weights may be larger. */
const maxReadBytes = 2 ** 30;

/** The whole of a regular file, in memory of its own. */
export async function readWhole(fileSystem: FileSystem, file: string): Promise<Uint8Array> {
  // Before it is opened: opening a pipe would wait for a writer.
  if (!(await fileSystem.stat(file)).isFile()) throw Object.assign(new Error('not a regular file'), { code: 'EISDIR' });
  const handle = await fileSystem.open(file, 'r');
  try {
    const { size } = await handle.stat();
    const bytes = new Uint8Array(size);
    for (let position = 0; position < size; ) {
      const { bytesRead } = await handle.read(bytes, position, Math.min(size - position, maxReadBytes), position);
      if (bytesRead === 0) throw new Error('the file became shorter while it was read');
      position += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}
