import fc from 'fast-check';
import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import { createDictionarySegmenter, readJiebaDictionary, writeJiebaDictionary } from 'sesame-nlp/segmentation';
import { describe, expect, it } from 'vitest';
import { anyText } from '../tokenizers/fixtures.js';
import { readFixture } from './fixtures.js';

describe('readJiebaDictionary', () => {
  it('reads words and frequencies, and leaves parts of speech out', () => {
    const text = 'AT&T 3 nz\nB超 3 n\n潮水 298\n';
    expect([...readJiebaDictionary(text)]).toEqual([
      ['AT&T', 3],
      ['B超', 3],
      ['潮水', 298],
    ]);
  });

  it('takes a text, its lines, and parts of it, with line ends of Unix and Windows and a byte-order mark', () => {
    const expected = [
      ['潮水', 298],
      ['知道', 9],
    ];
    for (const text of [
      '潮水 298 n\n知道 9 v',
      '\ufeff潮水 298 n\r\n\r\n知道 9 v\r\n',
      ['潮水 298 n', '知道 9 v'],
      ['潮水 298 n\n', '知道 9 v\n'],
      new Set(['潮水 298\n\n', '知道 9']),
    ]) {
      expect([...readJiebaDictionary(text)]).toEqual(expected);
    }
    expect(readJiebaDictionary('').size).toBe(0);
  });

  it('lets the later of two lines with one word count', () => {
    expect([...readJiebaDictionary('潮 1\n水 2\n潮 3\n')]).toEqual([
      ['潮', 3],
      ['水', 2],
    ]);
  });

  it.each([
    ['潮水 1\n\n退了\n', 3, '退了'],
    ['潮水 many n', 1, '潮水 many n'],
    ['潮水 -3', 1, '潮水 -3'],
    ['潮水 1.5', 1, '潮水 1.5'],
    ['潮 1\nNew York 3\n', 2, 'New York 3'],
  ])('names the line of %j that is none', (text, line, shown) => {
    expect(() => readJiebaDictionary(text)).toThrow(TokenizerError);
    expect(() => readJiebaDictionary(text)).toThrow(new RegExp(`line ${line} is "${shown}"`));
    expect(() => readJiebaDictionary(text.split('\n'))).toThrow(new RegExp(`line ${line} is "${shown}"`));
  });

  it('refuses lines that are no text', () => {
    expect(() => readJiebaDictionary([5 as unknown as string])).toThrow(ConfigError);
  });

  it('survives any text: what it reads, or an error that says which line', () => {
    const line = fc.oneof(anyText, fc.constantFrom('潮水 3 n', '__proto__ 5', ' ', '\t', '\r'));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        try {
          for (const frequency of readJiebaDictionary(lines.join('\n')).values())
            expect(frequency).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toBeInstanceOf(TokenizerError);
          expect((error as Error).message).toMatch(/line \d+ is /);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('writeJiebaDictionary', () => {
  it('writes what readJiebaDictionary reads', () => {
    const words: [string, number][] = [
      ['潮水', 298],
      ['__proto__', 2],
      ['constructor', 1],
      ['😀', 5],
    ];
    expect(writeJiebaDictionary(words)).toBe('潮水 298\n__proto__ 2\nconstructor 1\n😀 5\n');
    expect([...readJiebaDictionary(writeJiebaDictionary(words))]).toEqual(words);
    expect(writeJiebaDictionary([])).toBe('');
  });

  it('writes the words of a segmenter, which read again make the same segmenter', () => {
    const segmenter = createDictionarySegmenter({ words: readJiebaDictionary(readFixture('dictionary.txt')) });
    const text = writeJiebaDictionary(segmenter.words());
    const again = createDictionarySegmenter({ words: readJiebaDictionary(text) });
    expect(writeJiebaDictionary(again.words())).toBe(text);
    expect([...again.words()].length).toBeGreaterThan(1000);
  });

  it('refuses words that its lines cannot hold', () => {
    expect(() => writeJiebaDictionary([['New York', 3]])).toThrow(TokenizerError);
    expect(() => writeJiebaDictionary([['', 3]])).toThrow(/is empty/);
  });
});
