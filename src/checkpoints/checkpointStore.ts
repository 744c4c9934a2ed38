// Where checkpoints live. The two interfaces are all that saving, loading and training know of storage:
// directories (checkpoints/node), IndexedDB, memory, or an application's own.

/** A folder of files that are written together, whole or not at all. */
export interface CheckpointFolder {
  /**
   * The bytes of one file.
   *
   * @throws CheckpointError if the file is not there, naming the nearest file that is
   */
  read(file: string): Promise<Uint8Array>;
  /**
   * Replaces the named files as one: after it resolves they are durable; if it fails or the process dies, a later
   * read gives all the previous ones or all the new ones. Files not named are left alone. The arrays are borrowed
   * until the promise settles: do not change them before.
   *
   * @throws CheckpointError if they cannot be stored, saying which state a later read gives
   */
  write(files: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** The names of the files that `read` can give, sorted; none if nothing was written yet. */
  list(): Promise<string[]>;
}

/** Named checkpoint folders, for example one a saved training step. */
export interface CheckpointStore {
  /**
   * The folder of that name, which need not exist yet: its first `write` creates it.
   *
   * @throws CheckpointError if the name could lead outside the store (`..`, a slash, `%2e`)
   */
  folder(name: string): CheckpointFolder;
  /** The names of the complete checkpoints, sorted. */
  list(): Promise<string[]>;
  /**
   * Removes a checkpoint, whole or not at all.
   *
   * @throws CheckpointError if there is none of that name, naming the nearest one
   */
  remove(name: string): Promise<void>;
}
