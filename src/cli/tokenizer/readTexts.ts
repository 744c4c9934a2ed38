import { decodeText } from '../../data/node/decodeText.js';
import { readBytes } from '../../data/node/streamText.js';
import { textFiles } from '../../data/node/textFiles.js';
import { readLines } from '../../data/readers/readLines.js';
import { ConfigError } from '../../errors/index.js';
import type { Streams } from '../command.js';

/**
 * The texts of a command line, or else the lines of a file or of the standard input, one in memory at a time.
 *
 * @param texts those of the command line
 * @throws ConfigError if there are texts and a file
 */
export function readTexts(
  texts: readonly string[],
  file: string | undefined,
  { stdin, stderr }: Pick<Streams, 'stdin' | 'stderr'>,
): Iterable<string> | AsyncIterable<string> {
  if (file !== undefined && texts.length > 0) {
    throw new ConfigError('There are texts, and a --file of texts.\nGive one or the other.', { value: file });
  }
  if (texts.length > 0) return texts;
  if (file !== undefined) return linesOf(file);
  if (stdin.isTTY) stderr.write('Each line that you type is a text; Ctrl-D ends.\n');
  return lines('standard input', stdin);
}

/** The lines of a file, or of all .txt files of a folder. */
async function* linesOf(path: string): AsyncGenerator<string> {
  for (const file of await textFiles(path)) yield* lines(file, readBytes(file));
}

function lines(name: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  return readLines(Object.assign(decodeText(name, bytes), { name }));
}
