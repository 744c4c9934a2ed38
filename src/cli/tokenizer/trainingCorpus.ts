import { stat } from 'node:fs/promises';
import { decodeText } from '../../data/node/decodeText.js';
import { streamText } from '../../data/node/streamText.js';
import { textFiles } from '../../data/node/textFiles.js';

/** The name of the standard input among files. */
const STANDARD_INPUT = '-';

/** A file of text. */
interface TextFile {
  readonly path: string;
  /** Bytes; undefined where nobody knows before the end: the standard input, a pipe. */
  readonly size: number | undefined;
}

/** Files of text to learn from, which are read once, a small part at a time. */
export class TrainingCorpus implements AsyncIterable<string> {
  /** Bytes of all files; undefined where nobody knows. */
  readonly totalBytes: number | undefined;
  /** Bytes read until now. */
  bytesRead = 0;
  /** The first line that is not blank, or as much of it as anybody wants to see, once it was read. */
  firstLine = '';
  readonly #files: readonly TextFile[];
  readonly #stdin: NodeJS.ReadStream;

  private constructor(files: readonly TextFile[], stdin: NodeJS.ReadStream) {
    this.#files = files;
    this.#stdin = stdin;
    const sizes = files.map(({ size }) => size);
    this.totalBytes = sizes.every((size) => size !== undefined)
      ? sizes.reduce((sum, size) => sum + size, 0)
      : undefined;
  }

  /**
   * Finds the files; reads none yet.
   *
   * @param paths of files and of folders of .txt files; `-` is the standard input
   * @throws TrainingError if one is not there
   */
  static async find(paths: readonly string[], stdin: NodeJS.ReadStream): Promise<TrainingCorpus> {
    const files: TextFile[] = [];
    for (const path of paths) {
      if (path === STANDARD_INPUT) files.push({ path, size: undefined });
      else for (const file of await textFiles(path)) files.push({ path: file, size: await sizeOf(file) });
    }
    return new TrainingCorpus(files, stdin);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void> {
    for (const { path, size } of this.#files) {
      if (size === 0) continue; // one of many may be
      const text = path === STANDARD_INPUT ? decodeText('standard input', this.#stdin) : streamText(path);
      for await (const piece of text) {
        this.bytesRead += Buffer.byteLength(piece);
        if (this.firstLine === '') this.firstLine = /\S.{0,999}/.exec(piece)?.[0] ?? '';
        yield piece;
      }
    }
  }

  /** Ends a reading that waits for the standard input: nothing else would end the process. */
  close(): void {
    if (this.#files.some(({ path }) => path === STANDARD_INPUT)) this.#stdin.destroy();
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  const status = await stat(file);
  return status.isFile() ? status.size : undefined;
}
