import path from 'node:path';
import { deleteTree, type FileSystem, ifThere } from './fileSystem.js';
import { randomId } from './replaceFiles.js';

// A new folder is put together beside its place, under a name that says which folder it was to become.
const unfinished = /^\.sesame-new-[0-9a-f]{8}-(?<name>.+)$/;

/** A fresh place to put the folder `name` of `parent` together. */
export function unfinishedPath(parent: string, name: string): string {
  return path.join(parent, `.sesame-new-${randomId()}-${name}`);
}

/**
 * Deletes what processes that died left of folders they were putting together.
 *
 * @param which of the folders, by the name it was to get and the time it was last added to
 */
export async function deleteUnfinished(
  fileSystem: FileSystem,
  parent: string,
  which: (name: string, modified: number) => boolean,
): Promise<void> {
  for (const entry of await fileSystem.readdir(parent)) {
    const name = unfinished.exec(entry)?.groups?.name;
    if (name === undefined) continue;
    const kind = await ifThere(fileSystem.lstat(path.join(parent, entry)));
    if (kind !== undefined && which(name, kind.mtimeMs)) await deleteTree(fileSystem, path.join(parent, entry));
  }
}
