import { LineSplitter } from './lineSplitter.js';
import { parsePieces } from './parsePieces.js';
import { type ReaderOptions, recordLimit } from './readerOptions.js';
import type { TextInput, TextSource } from './textSource.js';

/** Makes something of lines, one after the other. */
export interface LineParser<Example> {
  /** What the line completes, if anything. */
  line(text: string, number: number): Example | undefined;
  /** What the end of the text completes, if anything. */
  end?(): Example | undefined;
}

/**
 * What a parser makes of the lines of a source. Each iteration reads the source anew, with a parser of its own.
 *
 * @param owner the reader, as the user knows it: 'readConll'
 */
export function parseLines<Example>(
  owner: string,
  source: TextSource,
  options: ReaderOptions,
  begin: (input: TextInput) => LineParser<Example>,
): AsyncIterable<Example> {
  const maxLength = recordLimit(owner, options);
  return parsePieces(owner, source, (input) => {
    const parser = begin(input);
    const lines = new LineSplitter(input, maxLength);
    function* parse(some: Iterable<string>): Generator<Example, void> {
      for (const line of some) {
        const example = parser.line(line, lines.number);
        if (example !== undefined) yield example;
      }
    }
    return {
      push: (piece) => parse(lines.push(piece)),
      *end() {
        yield* parse(lines.end());
        const last = parser.end?.();
        if (last !== undefined) yield last;
      },
    };
  });
}
