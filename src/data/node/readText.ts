import { constants } from 'node:buffer';
import { TrainingError } from '../../errors/index.js';
import { streamText } from './streamText.js';

/**
 * The whole text that `streamText` streams: of a UTF-8 file, or of all .txt files of a folder, sorted by name.
 *
 * @throws TrainingError as `streamText` does, or if the text is longer than a JavaScript string can be
 */
export async function readText(path: string): Promise<string> {
  const chunks: string[] = [];
  let length = 0;
  for await (const chunk of streamText(path)) {
    length += chunk.length;
    if (length > constants.MAX_STRING_LENGTH) {
      throw new TrainingError(
        `Text ${path}: it is longer than ${constants.MAX_STRING_LENGTH} characters, the most that a string can hold.\n` +
          'Stream it with streamText.',
        { value: path },
      );
    }
    chunks.push(chunk);
  }
  return chunks.join('');
}
