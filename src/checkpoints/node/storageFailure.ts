import path from 'node:path';
import { CheckpointError } from '../../errors/index.js';
import { errorCode, type FileSystem, ifThere } from './fileSystem.js';

/** What went wrong, for the message. */
export interface StorageFailure {
  /** Who was asked: 'directoryFolder'. */
  readonly owner: string;
  /** What was tried: 'write 3 files of 4096 bytes to runs/a'. */
  readonly action: string;
  /** The folder or file it was tried on. */
  readonly place: string;
  /** What a later read gives. */
  readonly state?: string;
}

/** The error of a file system as one that says what failed, what is still there and what to do. */
export async function storageFailure(
  { owner, action, place, state }: StorageFailure,
  cause: unknown,
  fileSystem: FileSystem,
): Promise<CheckpointError> {
  if (cause instanceof CheckpointError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const advice = await adviceFor(cause, place, fileSystem);
  return new CheckpointError(`${owner}: could not ${action} (${reason}).\n${state ? `${state} ` : ''}${advice}`, {
    value: place,
    cause,
  });
}

async function adviceFor(cause: unknown, place: string, fileSystem: FileSystem): Promise<string> {
  if (cause instanceof RangeError)
    return 'The file is larger than an array can be here. Use a checkpoint in several files.';
  switch (errorCode(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `The disk or its quota is full${await freeSpace(place, fileSystem)}. Free some space, keep fewer checkpoints, or choose a folder on another disk.`;
    case 'EACCES':
    case 'EPERM':
      return 'This process may not do that there. Change the permissions, or choose another folder.';
    case 'EROFS':
      return 'The file system is read-only. Choose another folder.';
    case 'EISDIR':
      return 'A folder, or something else that is no file, stands where a file was expected. Move it away, or choose another folder.';
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ENOTEMPTY':
      return 'A file stands where a folder was expected, or another process writes there. Move it away, or choose another folder.';
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open. Close some, or raise the limit (ulimit -n).';
    case 'ENAMETOOLONG':
      return 'Choose a shorter path.';
    case 'EFBIG':
      return 'The file system cannot hold a file of this size. Choose a folder on another one.';
    case 'ELOOP':
      return 'The links lead in a circle. Replace them by the files.';
    case 'ENOENT':
      return 'The folder was moved or removed meanwhile, or another process writes there.';
    default:
      return 'Check the disk, or choose another folder.';
  }
}

/** Of the folder, or of the one that it was to be in. */
async function freeSpace(folder: string, fileSystem: FileSystem): Promise<string> {
  try {
    const { bavail, bsize } =
      (await ifThere(fileSystem.statfs(folder))) ?? (await fileSystem.statfs(path.dirname(folder)));
    return ` (${bavail * bsize} bytes are free)`;
  } catch {
    return '';
  }
}
