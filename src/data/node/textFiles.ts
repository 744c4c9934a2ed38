import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainingError } from '../../errors/index.js';

/**
 * The text files that a path stands for: the file itself, or all .txt files that lie directly in a folder, sorted by
 * name (code unit by code unit, the same on every machine).
 *
 * @throws TrainingError if there is nothing at the path, or no .txt file in the folder
 */
export async function textFiles(path: string): Promise<string[]> {
  const status = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === 'ENOENT' ? 'there is no such file or folder' : `it cannot be read (${cause.code})`;
    throw new TrainingError(
      `Text ${path}: ${problem}.\nGive the path of a text file, or of a folder with .txt files.`,
      { value: path, cause },
    );
  });
  if (!status.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && entry.name.toLowerCase().endsWith('.txt'));
  if (names.length > 0) return names.map(({ name }) => join(path, name)).sort();
  const advice = entries.some((entry) => entry.isDirectory())
    ? 'Its folders are not searched: give the path of one of them, or put the files here.'
    : 'Give a folder with .txt files, or the path of one file.';
  throw new TrainingError(`Text ${path}: the folder has no .txt file.\n${advice}`, { value: path });
}
