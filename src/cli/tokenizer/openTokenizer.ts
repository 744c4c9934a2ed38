import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { nearestName, SesameError, TokenizerError } from '../../errors/index.js';
import { loadTokenizer, type Tokenizer, type TokenizerSource } from '../../tokenizers/index.js';

/** Files that say how a vocabulary is used, if they lie beside it. */
const SETTINGS = ['tokenizer_config.json', 'config.json'];

const FORMS = 'tokenizer.json, vocab.txt, vocab.json with merges.txt, or spiece.model';

/**
 * The tokenizer of a folder, or of one file of it, whatever that is called: `bert/vocab.txt`, `my-tokenizer.json`.
 *
 * @throws TokenizerError if there is none
 */
export async function openTokenizer(path: string): Promise<Tokenizer> {
  const owner = `Tokenizer ${path}`;
  const status = await stat(path).catch(async (cause: NodeJS.ErrnoException) => {
    const problem = cause.code === 'ENOENT' ? 'there is no such file or folder' : `it cannot be read (${cause.code})`;
    throw new TokenizerError(`${owner}: ${problem}.\n${await adviceFor(path)}`, { value: path, cause });
  });
  const source = status.isDirectory() ? folder(path) : singleFile(path, await readdir(dirname(path)));
  try {
    const tokenizer = await loadTokenizer(source);
    if (tokenizer !== undefined) return tokenizer;
  } catch (error) {
    if (error instanceof SesameError) error.message = `${owner}: ${error.message}`;
    throw error;
  }
  throw new TokenizerError(
    `${owner}: there is no tokenizer in it.\nIt may be a folder with ${FORMS}, or such a file.`,
    {
      value: path,
    },
  );
}

/** A folder as it is, links followed. */
function folder(path: string): TokenizerSource {
  return {
    read: (file) => readFile(join(path, file)),
    list: () => readdir(path),
  };
}

/** One file under the name that `loadTokenizer` knows it by, and the files beside it that say how to use it. */
function singleFile(path: string, neighbours: readonly string[]): TokenizerSource {
  const name = basename(path);
  const files = new Map(SETTINGS.filter((file) => neighbours.includes(file)).map((file) => [file, file]));
  if (name.endsWith('merges.txt') || name.endsWith('vocab.json')) {
    files.set('vocab.json', name.replace('merges.txt', 'vocab.json'));
    files.set('merges.txt', name.replace('vocab.json', 'merges.txt'));
  } else {
    const known = new Map([
      ['.json', 'tokenizer.json'],
      ['.txt', 'vocab.txt'],
      ['.model', 'spiece.model'],
    ]).get(extname(name));
    if (known !== undefined) files.set(known, name);
  }
  return {
    read: (file) => readFile(join(dirname(path), files.get(file)!)),
    list: async () => [...files].filter(([, name]) => neighbours.includes(name)).map(([file]) => file),
  };
}

/** The nearest name that is there. */
async function adviceFor(path: string): Promise<string> {
  const names = await readdir(dirname(path)).catch(() => []);
  const nearest = nearestName(basename(path), names);
  return nearest === undefined
    ? `Give a folder with ${FORMS}, or such a file.`
    : `Did you mean ${join(dirname(path), nearest)}?`;
}
