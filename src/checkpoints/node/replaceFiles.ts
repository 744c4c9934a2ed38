// How several files of a directory change as one, though a file system renames only one thing at a time.
//
// 1. The new files are written into the folder `.sesame-staging-*` and synced. Nobody reads there.
// 2. The folder is renamed to `.sesame-committed`: this rename is the commit. From here on its files take the place of
//    the ones of the same names outside, for every reader (`placesOf`).
// 3. Its files are renamed into place one by one, and the folder is removed. A process that dies in between leaves the
//    rest for the next writer; readers do not notice.

import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import path from 'node:path';
import { CheckpointError } from '../../errors/index.js';
import { quoteName } from '../quoteName.js';
import { deleteTree, errorCode, type FileSystem, ifThere, syncDirectory, writeDurably } from './fileSystem.js';

const stagingPrefix = '.sesame-staging-';
const committed = '.sesame-committed';

/** Where a file may be, in the order to look; it can move from the first place to the second while one looks. */
export function placesOf(folder: string, file: string): string[] {
  return [path.join(folder, committed, file), path.join(folder, file)];
}

/** What lies in a folder in either place, looked at in the same order; nothing if there is no such folder. */
export async function entriesOf(fileSystem: FileSystem, folder: string): Promise<Dirent[]> {
  const moving = await ifThere(fileSystem.readdir(path.join(folder, committed), { withFileTypes: true }));
  const inPlace = await ifThere(fileSystem.readdir(folder, { withFileTypes: true }));
  return [...(moving ?? []), ...(inPlace ?? [])];
}

/**
 * Replaces or adds the files in an existing folder as one.
 *
 * @param onCommitted told when the new files have taken the place of the old ones; what fails later changes nothing
 */
export async function replaceFiles(
  fileSystem: FileSystem,
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  onCommitted: () => void,
): Promise<void> {
  await rollForward(fileSystem, folder);
  for (const name of await fileSystem.readdir(folder)) {
    if (name.startsWith(stagingPrefix)) await deleteTree(fileSystem, path.join(folder, name));
  }
  for (const file of files.keys()) await refuseFolder(fileSystem, path.join(folder, file));
  // A name of its own each time: two processes that write at once must not mix their files.
  await commitFolder(fileSystem, path.join(folder, stagingPrefix + randomId()), path.join(folder, committed), files);
  onCommitted();
  await syncDirectory(fileSystem, folder);
  await rollForward(fileSystem, folder);
}

/** Makes the folder `target` appear with all its files: they are written and synced in `staged`, which is renamed. */
export async function commitFolder(
  fileSystem: FileSystem,
  staged: string,
  target: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  await fileSystem.mkdir(staged);
  try {
    for (const [file, bytes] of files) await writeDurably(fileSystem, path.join(staged, file), bytes);
    await syncDirectory(fileSystem, staged);
    await fileSystem.rename(staged, target);
  } catch (error) {
    // Gives the space back; should that fail too, a later write does it.
    await deleteTree(fileSystem, staged).catch(() => {});
    throw error;
  }
}

/** Eight hexadecimal digits. */
export function randomId(): string {
  return randomUUID().slice(0, 8);
}

/** Moves what was committed into place. Another process may be doing the same. */
async function rollForward(fileSystem: FileSystem, folder: string): Promise<void> {
  const source = path.join(folder, committed);
  const kind = await ifThere(fileSystem.lstat(source));
  if (kind === undefined) return;
  if (!kind.isDirectory()) {
    throw new CheckpointError(
      `directoryFolder: ${source} is not a folder of this library's.\nRemove it: it would stand in for files outside.`,
      { value: source },
    );
  }
  for (const file of await fileSystem.readdir(source)) {
    await refuseFolder(fileSystem, path.join(folder, file));
    await ifThere(fileSystem.rename(path.join(source, file), path.join(folder, file)));
  }
  await syncDirectory(fileSystem, folder);
  try {
    await ifThere(fileSystem.rmdir(source));
  } catch (error) {
    if (errorCode(error) !== 'ENOTEMPTY') throw error; // the next commit of another process
  }
}

/** No rename puts a file in the place of a folder: found before the commit, it costs nothing. */
async function refuseFolder(fileSystem: FileSystem, target: string): Promise<void> {
  const kind = await ifThere(fileSystem.lstat(target));
  if (!kind?.isDirectory()) return;
  throw new CheckpointError(
    `directoryFolder: cannot write the file ${quoteName(path.basename(target))} (EISDIR): ${target} is a folder.\n` +
      'Nothing was changed. Move the folder away, or choose another name or place.',
    { value: target },
  );
}
