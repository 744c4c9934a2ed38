import { createReadStream } from 'node:fs';
import { ConfigError, rejectUnknownOptions, TrainingError } from '../../errors/index.js';
import { decodeText } from './decodeText.js';
import { textFiles } from './textFiles.js';

/** What `streamText` takes besides the path. */
export interface StreamTextOptions {
  /** Bytes read at a time; 65,536 by default. */
  readonly chunkBytes?: number | undefined;
  /** Ends the stream: it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A text that is read anew each time it is iterated. */
export interface StreamedText extends AsyncIterable<string> {
  /** The path that it comes from; readers of `sesame-nlp/data` cite it in their errors. */
  readonly name: string;
  /** Opens the file, or the first of a folder. */
  [Symbol.asyncIterator](): AsyncGenerator<string, void>;
}

/**
 * Streams a UTF-8 text file, or all .txt files of a folder one after the other, sorted by name, with a small part in
 * memory at a time. Joined, the chunks are the whole text, without byte-order marks; between files comes a line break
 * where the former ends without one. A chunk is not empty and ends after a line break (so no word is cut) unless a line
 * is very long or the text is over; it never ends inside a character.
 *
 * Each iteration opens the file anew, and leaving it early closes the file.
 *
 * @throws TrainingError if there is no text at the path (nothing at all, a folder without .txt files, only empty files)
 *   or a file is not UTF-8, once it is read
 * @throws ConfigError if an option is misspelt or cannot work, once it is read
 */
export function streamText(path: string, options: StreamTextOptions = {}): StreamedText {
  return { name: path, [Symbol.asyncIterator]: () => streamPath(path, options) };
}

async function* streamPath(path: string, options: StreamTextOptions): AsyncGenerator<string, void> {
  rejectUnknownOptions('streamText', options, ['chunkBytes', 'signal']);
  const { chunkBytes = 65_536, signal } = options;
  if (!Number.isInteger(chunkBytes) || chunkBytes < 1) {
    throw new ConfigError(`streamText: chunkBytes is ${chunkBytes}, and must be a whole number >= 1.`, {
      value: chunkBytes,
    });
  }
  let previous: string | undefined;
  for (const file of await textFiles(path)) {
    let separator = previous === undefined || previous.endsWith('\n') ? '' : '\n';
    for await (const chunk of decodeText(file, readBytes(file, chunkBytes))) {
      signal?.throwIfAborted();
      yield separator + chunk;
      separator = '';
      previous = chunk;
    }
  }
  if (previous !== undefined) return;
  throw new TrainingError(`Text ${path}: it is empty.\nGive a file, or a folder of .txt files, with some text.`, {
    value: path,
  });
}

/** The bytes of a file. */
export async function* readBytes(file: string, chunkBytes?: number): AsyncGenerator<Uint8Array, void> {
  try {
    // A stream without an encoding gives Buffers, which are Uint8Arrays.
    yield* createReadStream(file, { highWaterMark: chunkBytes }) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new TrainingError(`Text ${file}: it cannot be read (${(cause as NodeJS.ErrnoException).code}).`, {
      value: file,
      cause,
    });
  }
}
