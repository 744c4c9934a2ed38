import path from 'node:path';
import { CheckpointError } from '../../errors/index.js';
import { checkName } from '../checkName.js';
import type { CheckpointFolder } from '../checkpointStore.js';
import { missing } from '../missing.js';
import {
  type FileSystem,
  ifThere,
  makeDirectoryDurably,
  nodeFileSystem,
  readWhole,
  syncDirectory,
} from './fileSystem.js';
import { oneAtATime } from './oneAtATime.js';
import { commitFolder, entriesOf, placesOf, replaceFiles } from './replaceFiles.js';
import { storageFailure } from './storageFailure.js';
import { deleteUnfinished, unfinishedPath } from './unfinished.js';

/**
 * A directory as a folder of files that change together: temporary files, fsync, rename. The directory need not
 * exist; other files in it are left alone. Writers in one process wait for each other; let only one process write.
 *
 * @param directory absolute, or relative to the working directory
 */
export function directoryFolder(directory: string): CheckpointFolder {
  return new DirectoryFolder('directoryFolder', path.resolve(directory), path.resolve(directory), nodeFileSystem);
}

/** The files of one directory. */
export class DirectoryFolder implements CheckpointFolder {
  /**
   * @param owner who is asked, for messages
   * @param directory absolute
   * @param root the directory that links must not lead out of: this one, or the store's
   */
  constructor(
    private readonly owner: string,
    private readonly directory: string,
    private readonly root: string,
    private readonly fileSystem: FileSystem,
  ) {}

  async read(file: string): Promise<Uint8Array> {
    checkName(this.owner, file);
    try {
      for (const place of placesOf(this.directory, file)) {
        const bytes = await ifThere(this.readInside(place));
        if (bytes !== undefined) return bytes;
      }
    } catch (cause) {
      const target = path.join(this.directory, file);
      throw await storageFailure(
        { owner: this.owner, action: `read ${target}`, place: target },
        cause,
        this.fileSystem,
      );
    }
    throw missing(this.owner, 'file', file, this.directory, await this.list());
  }

  async write(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    for (const file of files.keys()) checkName(this.owner, file);
    if (files.size === 0) return;
    await oneAtATime(this.root, async () => {
      let state = 'What was saved before is intact.';
      const onCommitted = () => {
        state =
          'The new files are whole and are what a read gives, but some may not be in their place yet: the next write sees to it.';
      };
      try {
        const exists = await ifThere(this.resolveInside(this.directory));
        if (exists === undefined) await this.create(files, onCommitted);
        else await replaceFiles(this.fileSystem, this.directory, files, onCommitted);
      } catch (cause) {
        const bytes = [...files.values()].reduce((total, { byteLength }) => total + byteLength, 0);
        const action = `write ${[...files.keys()].join(', ')} (${bytes} bytes) to ${this.directory}`;
        throw await storageFailure({ owner: this.owner, action, place: this.directory, state }, cause, this.fileSystem);
      }
    });
  }

  async list(): Promise<string[]> {
    try {
      const files = new Set<string>();
      for (const entry of await entriesOf(this.fileSystem, this.directory)) {
        if (entry.name.startsWith('.')) continue;
        if (entry.isFile() || (entry.isSymbolicLink() && (await this.leadsToFile(entry.name)))) files.add(entry.name);
      }
      return [...files].sort();
    } catch (cause) {
      throw await storageFailure(
        { owner: this.owner, action: `list ${this.directory}`, place: this.directory },
        cause,
        this.fileSystem,
      );
    }
  }

  /** A folder that is not there yet appears with all its files, by one rename. */
  private async create(files: ReadonlyMap<string, Uint8Array>, onCommitted: () => void): Promise<void> {
    const [parent, name] = [path.dirname(this.directory), path.basename(this.directory)];
    await makeDirectoryDurably(this.fileSystem, parent);
    await deleteUnfinished(this.fileSystem, parent, (unfinished) => unfinished === name);
    await commitFolder(this.fileSystem, unfinishedPath(parent, name), this.directory, files);
    onCommitted();
    await syncDirectory(this.fileSystem, parent);
  }

  private async readInside(place: string): Promise<Uint8Array> {
    return readWhole(this.fileSystem, await this.resolveInside(place));
  }

  /** Whether a link is one that `read` follows. */
  private async leadsToFile(file: string): Promise<boolean> {
    try {
      return (await this.fileSystem.stat(await this.resolveInside(path.join(this.directory, file)))).isFile();
    } catch {
      return false;
    }
  }

  /** The path without links, which must not lead out of the root. */
  private async resolveInside(place: string): Promise<string> {
    const target = await this.fileSystem.realpath(place);
    const root = await this.fileSystem.realpath(this.root);
    if (target === root || target.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) return target;
    throw new CheckpointError(
      `${this.owner}: ${place} is a link that leads outside, to ${target}.\n` +
        'A checkpoint may only hold files of its own. Copy it with its links followed (cp -RL), and use the copy.',
      { value: place },
    );
  }
}
