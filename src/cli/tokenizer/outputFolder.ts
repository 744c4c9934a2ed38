import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { CheckpointFolder } from '../../checkpoints/checkpointStore.js';
import { directoryFolder } from '../../checkpoints/node/directoryFolder.js';
import { CheckpointError } from '../../errors/index.js';

/**
 * A folder for a file that will be written there. What would be in its way is found now, before the long work.
 *
 * @param force whether the file may be there already
 * @throws CheckpointError if the file could not be written, or is there and must not be replaced
 */
export async function outputFolder(path: string, file: string, force: boolean): Promise<CheckpointFolder> {
  const parent = await nearestThatIs(resolve(path));
  if (!parent.isDirectory) {
    throw new CheckpointError(`${path}: a folder is needed, and ${parent.path} is a file.\nGive another --out.`, {
      value: path,
    });
  }
  await access(parent.path, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new CheckpointError(`${path}: nothing can be written there (${cause.code}).\nGive another --out.`, {
      value: path,
      cause,
    });
  });
  const folder = directoryFolder(path);
  if (!force && (await folder.list()).includes(file)) {
    throw new CheckpointError(`${path}: there is a ${file} already.\nGive --force to replace it, or another --out.`, {
      value: path,
    });
  }
  return folder;
}

/** The path itself, or the nearest of the folders that it is to be in. */
async function nearestThatIs(path: string): Promise<{ readonly path: string; readonly isDirectory: boolean }> {
  try {
    return { path, isDirectory: (await stat(path)).isDirectory() };
  } catch (error) {
    // Where a file stands in the place of a folder it is ENOTDIR.
    if (path === dirname(path)) throw error;
    return nearestThatIs(dirname(path));
  }
}
