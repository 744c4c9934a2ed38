import { reiterable } from '../reiterable.js';
import { TextInput, type TextSource } from './textSource.js';

/** Makes examples of a text that comes in pieces, cut anywhere. */
export interface PieceParser<Example> {
  /** The examples that end in this piece. */
  push(piece: string): Iterable<Example>;
  /** Those that the end of the text completes. */
  end(): Iterable<Example>;
}

/**
 * What a parser makes of a source, example by example: the next piece is asked for when those of the last are used up.
 * Each iteration reads the source anew, with a parser of its own.
 *
 * @param owner the reader, as the user knows it: 'readCsv'
 */
export function parsePieces<Example>(
  owner: string,
  source: TextSource,
  begin: (input: TextInput) => PieceParser<Example>,
): AsyncIterable<Example> {
  return reiterable(async function* () {
    const input = await TextInput.open(owner, source);
    const parser = begin(input);
    // Not yield*, which would wait for a promise of every example.
    for await (const piece of input.pieces()) for (const example of parser.push(piece)) yield example;
    for (const example of parser.end()) yield example;
  });
}
