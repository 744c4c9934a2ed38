import path from 'node:path';
import { checkName } from '../checkName.js';
import type { CheckpointFolder, CheckpointStore } from '../checkpointStore.js';
import { missing } from '../missing.js';
import { DirectoryFolder } from './directoryFolder.js';
import { deleteTree, type FileSystem, ifThere, nodeFileSystem, syncDirectory } from './fileSystem.js';
import { oneAtATime } from './oneAtATime.js';
import { storageFailure } from './storageFailure.js';
import { deleteUnfinished } from './unfinished.js';

/**
 * A directory of checkpoints, each a directory in it. A new checkpoint appears, and an old one disappears, by one
 * rename. What a killed process left half written or half removed is never listed, and is deleted by a later write or
 * removal.
 *
 * @param directory absolute, or relative to the working directory; need not exist yet
 */
export function directoryStore(directory: string): CheckpointStore {
  return new DirectoryStore(path.resolve(directory), nodeFileSystem);
}

/** Where a checkpoint waits for its files to be deleted. */
const removedPrefix = '.sesame-removed-';

/** An unfinished checkpoint younger than this may be one that another process is writing. */
const abandonedAfter = 3_600_000; // milliseconds

/** The checkpoints of one directory. */
export class DirectoryStore implements CheckpointStore {
  constructor(
    private readonly directory: string,
    private readonly fileSystem: FileSystem,
  ) {}

  folder(name: string): CheckpointFolder {
    checkName('directoryStore', name);
    const folder = this.directoryFolder(name);
    return {
      read: (file) => folder.read(file),
      list: () => folder.list(),
      write: async (files) => {
        await folder.write(files);
        await oneAtATime(this.directory, () => this.deleteLeftovers());
      },
    };
  }

  async list(): Promise<string[]> {
    try {
      const entries = (await ifThere(this.fileSystem.readdir(this.directory, { withFileTypes: true }))) ?? [];
      const complete: string[] = [];
      for (const entry of entries) {
        if (entry.name.startsWith('.') || !entry.isDirectory()) continue;
        if ((await this.directoryFolder(entry.name).list()).length > 0) complete.push(entry.name);
      }
      return complete.sort();
    } catch (cause) {
      throw await this.failure('list', cause);
    }
  }

  async remove(name: string): Promise<void> {
    checkName('directoryStore', name);
    const checkpoint = path.join(this.directory, name);
    const removed = path.join(this.directory, removedPrefix + name);
    let state = 'The checkpoint is intact.';
    try {
      await oneAtATime(this.directory, async () => {
        if (!(await ifThere(this.fileSystem.lstat(checkpoint)))?.isDirectory()) {
          throw missing('directoryStore', 'checkpoint', name, this.directory, await this.list());
        }
        await deleteTree(this.fileSystem, removed);
        await this.fileSystem.rename(checkpoint, removed);
        state = `The checkpoint is gone, but files of it may be left in ${removed}.`;
        await syncDirectory(this.fileSystem, this.directory);
        await deleteTree(this.fileSystem, removed);
        await this.deleteLeftovers();
      });
    } catch (cause) {
      throw await this.failure(`remove ${name} from`, cause, state);
    }
  }

  private directoryFolder(name: string): DirectoryFolder {
    return new DirectoryFolder('directoryStore', path.join(this.directory, name), this.directory, this.fileSystem);
  }

  /** Deletes what died on the way in or out. Never a reason to fail: it is not what was asked for. */
  private async deleteLeftovers(): Promise<void> {
    try {
      for (const name of await this.fileSystem.readdir(this.directory)) {
        if (name.startsWith(removedPrefix)) await deleteTree(this.fileSystem, path.join(this.directory, name));
      }
      const oldest = Date.now() - abandonedAfter;
      await deleteUnfinished(this.fileSystem, this.directory, (_, modified) => modified < oldest);
    } catch {
      // They cost space only, and the next write tries again.
    }
  }

  private failure(action: string, cause: unknown, state = ''): Promise<Error> {
    const failed = { owner: 'directoryStore', action: `${action} ${this.directory}`, place: this.directory, state };
    return storageFailure(failed, cause, this.fileSystem);
  }
}
