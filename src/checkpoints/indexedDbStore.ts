// Checkpoints in a browser: one database, one object store, a file a record under the key [folder, file].

import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { CheckpointError } from '../errors/index.js';
import { checkName } from './checkName.js';
import type { CheckpointFolder, CheckpointStore } from './checkpointStore.js';
import { missing } from './missing.js';

/**
 * Checkpoints in the browser's IndexedDB. Each write is one transaction, asked to be on disk before it resolves.
 *
 * @param databaseName the database to use, created at the first use; it should hold nothing else
 * @throws CheckpointError where there is no IndexedDB
 */
export function indexedDbStore(databaseName: string): CheckpointStore {
  return new IndexedDbStore(databaseName);
}

/**
 * One folder in the browser's IndexedDB, such as a saved model: the folder `name` of `indexedDbStore(databaseName)`.
 *
 * @throws CheckpointError where there is no IndexedDB
 */
export function indexedDbFolder(databaseName: string, name = 'default'): CheckpointFolder {
  return indexedDbStore(databaseName).folder(name);
}

interface Schema extends DBSchema {
  files: { key: [folder: string, file: string]; value: Uint8Array };
}
type Database = IDBPDatabase<Schema>;

class IndexedDbStore implements CheckpointStore {
  constructor(private readonly databaseName: string) {
    // At once rather than at the first save, when hours of training may hang on it.
    if (typeof indexedDB === 'undefined') {
      throw new CheckpointError(
        'indexedDbStore: there is no IndexedDB here, only browsers have one.\n' +
          'In Node use directoryStore or directoryFolder of sesame-nlp/checkpoints/node.',
        { value: databaseName },
      );
    }
  }

  folder(name: string): CheckpointFolder {
    checkName('indexedDbStore', name);
    return new IndexedDbFolder(this.databaseName, name);
  }

  async list(): Promise<string[]> {
    const keys = await withDatabase(this.databaseName, 'list the checkpoints', (database) =>
      database.getAllKeys('files'),
    );
    return [...new Set(keys.map(([folder]) => folder))].sort();
  }

  async remove(name: string): Promise<void> {
    checkName('indexedDbStore', name);
    const removed = await withDatabase(this.databaseName, `remove the checkpoint ${name}`, async (database) => {
      const transaction = database.transaction('files', 'readwrite', { durability: 'strict' });
      const count = await transaction.store.count(everyFileOf(name));
      await Promise.all([transaction.store.delete(everyFileOf(name)), transaction.done]);
      return count;
    });
    if (removed === 0) {
      throw missing('indexedDbStore', 'checkpoint', name, `the database ${this.databaseName}`, await this.list());
    }
  }
}

class IndexedDbFolder implements CheckpointFolder {
  constructor(
    private readonly databaseName: string,
    private readonly name: string,
  ) {}

  async read(file: string): Promise<Uint8Array> {
    checkName('indexedDbFolder', file);
    const bytes = await withDatabase(this.databaseName, `read ${file}`, (database) =>
      database.get('files', [this.name, file]),
    );
    if (bytes !== undefined) return bytes;
    throw missing('indexedDbFolder', 'file', file, `"${this.name}" of ${this.databaseName}`, await this.list());
  }

  async write(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    for (const file of files.keys()) checkName('indexedDbFolder', file);
    if (files.size === 0) return;
    const bytes = [...files.values()].reduce((total, { byteLength }) => total + byteLength, 0);
    await withDatabase(
      this.databaseName,
      `write ${[...files.keys()].join(', ')} (${bytes} bytes)`,
      async (database) => {
        const transaction = database.transaction('files', 'readwrite', { durability: 'strict' });
        const puts = [...files].map(async ([file, data]) => {
          await transaction.store.put(withoutSurroundings(data), [this.name, file]);
        });
        try {
          await Promise.all([...puts, transaction.done]);
        } catch (cause) {
          abort(transaction);
          await transaction.done.catch(() => {}); // until then the previous files are not back
          throw transaction.error ?? cause;
        }
      },
      'What was saved before is intact.',
    );
  }

  async list(): Promise<string[]> {
    const keys = await withDatabase(this.databaseName, 'list the files', (database) =>
      database.getAllKeys('files', everyFileOf(this.name)),
    );
    return keys.map(([, file]) => file).sort();
  }
}

/** In IndexedDB's order every array comes after every string. */
function everyFileOf(folder: string): IDBKeyRange {
  return IDBKeyRange.bound([folder], [folder, []]);
}

/** Storing a view stores the whole of its buffer. */
function withoutSurroundings(data: Uint8Array): Uint8Array {
  const whole = data.byteLength === data.buffer.byteLength && data.buffer instanceof ArrayBuffer;
  return whole ? data : new Uint8Array(data);
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It ended by itself, as it does when the quota is used up.
  }
}

/** Opened for each use, so that no connection is left to block another tab from deleting or upgrading. */
async function withDatabase<Result>(
  name: string,
  action: string,
  use: (database: Database) => Promise<Result>,
  state = '',
): Promise<Result> {
  try {
    const database = await openDB<Schema>(name, 1, { upgrade: (created) => void created.createObjectStore('files') });
    try {
      return await use(database);
    } finally {
      database.close();
    }
  } catch (cause) {
    throw new CheckpointError(
      `indexedDbStore: could not ${action} in the database ${name} (${String(cause)}).\n` +
        [state, await adviceFor(cause)].filter(Boolean).join(' '),
      { value: name, cause },
    );
  }
}

async function adviceFor(cause: unknown): Promise<string> {
  switch ((cause as { name?: unknown } | undefined)?.name) {
    case 'QuotaExceededError':
      return `The browser's storage for this site is full${await spaceUsed()}. Remove old checkpoints or keep fewer.`;
    case 'VersionError':
    case 'NotFoundError':
      return 'The database belongs to something else. Choose another database name.';
    case 'DataCloneError':
      return 'The browser cannot store an array of this size. Save the model in smaller files.';
    default:
      return 'Check that the page may store data: private windows and cookie settings can forbid it.';
  }
}

async function spaceUsed(): Promise<string> {
  try {
    const { usage, quota } = await navigator.storage.estimate();
    return ` (${usage} of ${quota} bytes are used)`;
  } catch {
    return ''; // insecure pages have no such interface
  }
}
