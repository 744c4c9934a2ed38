import { ConfigError, TokenizerError } from '../errors/index.js';
import { checkWord } from './checkWord.js';

/**
 * Reads a word list in the format of jieba's dict.txt: a word a line, then how often it occurs, then, if you like, its
 * part of speech, which is not kept. Of a word that comes twice the later line counts, as in jieba.
 *
 * @param text the text of the file, or its lines, or parts of it that end with lines
 * @throws TokenizerError if a line is neither empty nor of this format; the message has its number
 * @see https://github.com/fxsjy/jieba
 */
export function readJiebaDictionary(text: string | Iterable<string>): Map<string, number> {
  const frequencies = new Map<string, number>();
  let lineNumber = 0;
  for (const part of typeof text === 'string' ? [text] : text) {
    if (typeof part !== 'string') {
      throw new ConfigError(`readJiebaDictionary: a line is of type ${typeof part}.\nPass a text, or its lines.`, {
        value: part,
      });
    }
    const lines = part.split('\n');
    if (lines.length > 1 && lines.at(-1) === '') lines.pop();
    for (const line of lines) {
      lineNumber++;
      const [word, frequency] = line.trim().split(/\s+/); // white space, for trim, is a byte-order mark too
      if (word === '') continue;
      if (frequency === undefined || !/^\d+$/.test(frequency)) {
        throw new TokenizerError(
          `readJiebaDictionary: line ${lineNumber} is ${JSON.stringify(line.slice(0, 40))}.\n` +
            'Write a word, a space and how often the word occurs: 潮水 298. A part of speech may follow.',
          { value: line },
        );
      }
      frequencies.set(word!, Number(frequency));
    }
  }
  return frequencies;
}

/**
 * Writes a word list in the format of jieba's dict.txt, without parts of speech. jieba reads it too:
 * `jieba.set_dictionary(path)`.
 *
 * @param words words and how often each occurs, such as `segmenter.words()`
 * @throws TokenizerError if a word is one that no dictionary can hold
 */
export function writeJiebaDictionary(words: Iterable<readonly [word: string, frequency: number]>): string {
  const lines: string[] = [];
  for (const [word, frequency] of words) {
    checkWord(word, 'writeJiebaDictionary');
    lines.push(`${word} ${frequency}\n`);
  }
  return lines.join('');
}
