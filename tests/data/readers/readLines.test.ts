import fc from 'fast-check';
import { readLines } from 'sesame-nlp/data';
import { ConfigError, DataError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';
import { collect } from '../../support/collect.js';
import { CountedPieces, cutAt, repeated, somePlaces } from '../pieces.js';

test('lines end with a line feed or with carriage return and line feed, which are not part of them', async () => {
  expect(await collect(readLines(['a\n\nb\r\n\r\nc']))).toEqual(['a', '', 'b', '', 'c']);
  expect(await collect(readLines(['a\n']))).toEqual(['a']);
  expect(await collect(readLines(['\n']))).toEqual(['']);
  expect(await collect(readLines(['']))).toEqual([]);
});

test('other characters that some take for line ends are text', async () => {
  const text = 'a\rb\u2028c\u2029d\u0085e\u000bf\u000cg';
  expect(await collect(readLines([text]))).toEqual([text]);
});

test('where a text is cut into pieces does not matter', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', '潮', '😀', '\n', '\r', '\r\n', ' '), maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(text, somePlaces(), async (lines, places) => {
      const whole = lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`;
      expect(await collect(readLines(cutAt(lines, places)))).toEqual(whole.split(/\r?\n/).slice(0, -1));
    }),
    { numRuns: 500 },
  );
});

test('a line longer than the limit is an error with its number, before it fills the memory', async () => {
  const endless = new CountedPieces(repeated('x'.repeat(65_536), 800)); // 50 MB
  const failing = collect(readLines(endless));
  await expect(failing).rejects.toThrow(DataError);
  await expect(failing).rejects.toMatchObject({ line: 1, message: expect.stringMatching(/maxRecordLength/) });
  expect(endless.taken).toBe(2 ** 24 / 65_536 + 1);
  expect(endless.open).toBe(0);
  await expect(collect(readLines(['a\nbcd\n'], { maxRecordLength: 2 }))).rejects.toMatchObject({ line: 2 });
  expect(await collect(readLines(['a\nbc\n'], { maxRecordLength: 2 }))).toEqual(['a', 'bc']);
});

test('a line of 50 MB is read where the limit allows it', async () => {
  const pieces = new CountedPieces(repeated('x'.repeat(65_536), 800));
  const [line] = await collect(readLines(pieces, { maxRecordLength: 2 ** 26 }));
  expect(line).toHaveLength(65_536 * 800);
});

test('options that cannot work are refused when the reader is made', () => {
  expect(() => readLines(['a'], { maxRecordLength: 0 })).toThrow(ConfigError);
  // @ts-expect-error a misspelt option
  expect(() => readLines(['a'], { maxrecordlength: 3 })).toThrow(/Did you mean maxRecordLength/);
});
