import { TokenizerError } from '../../errors/index.js';
import { describe } from '../describe.js';

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Writes tokens as a text with one a line, as in BERT's vocab.txt: the number of the line, from 0, is the id.
 *
 * @param entries tokens in order of id from 0 on, such as `vocabulary.entries()`
 * @throws TokenizerError if an id is left out, or a token has a line break; `toJson` writes those too
 */
export function writeTokenLines(entries: Iterable<readonly [token: string, id: number]>): string {
  const lines: string[] = [];
  for (const [token, id] of entries) {
    if (id !== lines.length) {
      throw new TokenizerError(
        `writeTokenLines: ${describe(token)} has the id ${id}, and its line would be number ${lines.length}.\n` +
          'Lines leave no id out: save the vocabulary with toJson.',
        { value: id },
      );
    }
    if (/[\r\n]/.test(token) || (id === 0 && token.startsWith(BYTE_ORDER_MARK))) {
      throw new TokenizerError(
        `writeTokenLines: the token ${JSON.stringify(token)} would not be read again as it is.\n` +
          'Lines have no line breaks, and no byte-order mark at the beginning: save the vocabulary with toJson.',
        { value: token },
      );
    }
    lines.push(`${token}\n`);
  }
  return lines.join('');
}

/**
 * Reads a text with one token a line, such as BERT's vocab.txt: the index of a token is its id. Line breaks may be those
 * of Windows; a byte-order mark is left out.
 *
 * @throws TokenizerError if the text is none
 */
export function readTokenLines(text: string): string[] {
  if (typeof text !== 'string') {
    throw new TokenizerError(`readTokenLines: the text is ${describe(text)}.\nPass the text of the file.`, {
      value: text,
    });
  }
  const lines = text.slice(text.startsWith(BYTE_ORDER_MARK) ? 1 : 0).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop(); // what follows the last line's end
  return lines;
}
