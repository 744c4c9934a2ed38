import { rejectUnknownOptions } from '../../errors/index.js';
import { type BadLineHandling, checkBadLineHandling, orBadLine } from './badLines.js';
import { parseLines } from './parseLines.js';
import type { ReaderOptions } from './readerOptions.js';
import type { TextInput, TextSource } from './textSource.js';

/** What `readJsonLines` takes besides the source. */
export interface ReadJsonLinesOptions extends ReaderOptions {
  /** What becomes of a line that is not JSON; 'throw' by default. */
  readonly onBadLine?: BadLineHandling | undefined;
}

/**
 * The values of a file with JSON on every line (JSON Lines, ndjson). Blank lines are skipped.
 *
 * What the lines hold is not checked: the type is the caller's word for it, and `unknown` without it. A key such as
 * `__proto__` becomes a property like others, and does not touch the prototype.
 *
 * Memory holds one line and one piece of the source, and the values can be read again if the source can.
 *
 * @throws DataError with the `line`, if one is not JSON or longer than `maxRecordLength`, or if bytes are not UTF-8
 * @throws ConfigError if the source holds no text, or an option cannot work
 */
export function readJsonLines<Value = unknown>(
  source: TextSource,
  options: ReadJsonLinesOptions = {},
): AsyncIterable<Value> {
  rejectUnknownOptions('readJsonLines', options, ['onBadLine', 'maxRecordLength']);
  const { onBadLine = 'throw' } = options;
  checkBadLineHandling('readJsonLines', onBadLine);
  return parseLines('readJsonLines', source, options, (input) => ({
    line: (text, number) =>
      isBlank(text) ? undefined : orBadLine(() => parseJsonLine(input, text, number) as Value, onBadLine),
  }));
}

/** Whether the line has nothing but JSON's white space. */
export function isBlank(line: string): boolean {
  return !/[^ \t\r]/.test(line);
}

/** @throws DataError if the line is not JSON */
export function parseJsonLine(input: TextInput, text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const start = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    throw input.refuse(
      `this is not JSON: ${start}\nPut one whole value on each line, or leave such lines out: onBadLine: 'skip'.`,
      { line, value: text, cause },
    );
  }
}
