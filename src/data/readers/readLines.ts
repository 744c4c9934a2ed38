import { rejectUnknownOptions } from '../../errors/index.js';
import { parseLines } from './parseLines.js';
import type { ReaderOptions } from './readerOptions.js';
import type { TextSource } from './textSource.js';

/**
 * The lines of a text, empty ones too, one at a time. `\n` and `\r\n` end a line and are not part of it.
 *
 * The lines can be read again if the source can.
 *
 * @throws DataError if a line is longer than `maxRecordLength`, or bytes are not UTF-8
 * @throws ConfigError if the source holds no text, or an option is misspelt
 */
export function readLines(source: TextSource, options: ReaderOptions = {}): AsyncIterable<string> {
  rejectUnknownOptions('readLines', options, ['maxRecordLength']);
  return parseLines('readLines', source, options, () => ({ line: (text) => text }));
}
