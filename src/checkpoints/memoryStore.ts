import { checkName } from './checkName.js';
import type { CheckpointFolder, CheckpointStore } from './checkpointStore.js';
import { missing } from './missing.js';

/** Checkpoints in memory: gone with the process, useful for tests and for comparing models without a disk. */
export function memoryStore(): CheckpointStore {
  return new MemoryStore();
}

/** One folder in memory: gone with the process. */
export function memoryFolder(): CheckpointFolder {
  return memoryStore().folder('memory');
}

type Files = Map<string, Uint8Array>;

class MemoryStore implements CheckpointStore {
  private readonly folders = new Map<string, Files>();

  folder(name: string): CheckpointFolder {
    checkName('memoryStore', name);
    return new MemoryFolder(this.folders, name);
  }

  async list(): Promise<string[]> {
    return [...this.folders.keys()].sort();
  }

  async remove(name: string): Promise<void> {
    checkName('memoryStore', name);
    if (!this.folders.delete(name)) throw missing('memoryStore', 'checkpoint', name, 'memory', await this.list());
  }
}

class MemoryFolder implements CheckpointFolder {
  constructor(
    private readonly folders: Map<string, Files>,
    private readonly name: string,
  ) {}

  async read(file: string): Promise<Uint8Array> {
    checkName('memoryStore', file);
    const bytes = this.folders.get(this.name)?.get(file);
    if (bytes === undefined) throw missing('memoryStore', 'file', file, `"${this.name}"`, await this.list());
    return new Uint8Array(bytes);
  }

  async write(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    if (files.size === 0) return;
    const replaced: Files = new Map(this.folders.get(this.name));
    for (const [file, bytes] of files) {
      checkName('memoryStore', file);
      replaced.set(file, new Uint8Array(bytes));
    }
    this.folders.set(this.name, replaced);
  }

  async list(): Promise<string[]> {
    return [...(this.folders.get(this.name)?.keys() ?? [])].sort();
  }
}
