import fc from 'fast-check';
import { readJsonLines } from 'sesame-nlp/data';
import { ConfigError, DataError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';
import { collect } from '../../support/collect.js';
import { cutAt, somePlaces } from '../pieces.js';

test('each line is a value, and blank lines are skipped', async () => {
  expect(await collect(readJsonLines(['{"text": "潮水"}\r\n\n[1, null]\n  \n"x"']))).toEqual([
    { text: '潮水' },
    [1, null],
    'x',
  ]);
});

test('any values are read as they were written, however the text is cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 5 }), somePlaces(200), async (values, places) => {
      const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
      const written = values.map((value) => JSON.parse(JSON.stringify(value)) as unknown);
      expect(await collect(readJsonLines(cutAt(text, places)))).toEqual(written);
    }),
    { numRuns: 500 },
  );
});

test('the caller says what the values are', async () => {
  for await (const { text } of readJsonLines<{ text: string }>(['{"text":"潮"}'])) expect(text.length).toBe(1);
});

const mixed = ['{"a":1}\n', '{"a":\n', '\n', '{"a":2} {"a":3}\n', '{"a":4}'];

test('a line that is not JSON is an error with its number', async () => {
  const failing = collect(readJsonLines(mixed));
  await expect(failing).rejects.toThrow(DataError);
  await expect(failing).rejects.toMatchObject({ line: 2, value: '{"a":', cause: expect.any(SyntaxError) });
  await expect(failing).rejects.toThrow(/^readJsonLines: line 2: this is not JSON: \{"a":\n.*onBadLine: 'skip'/);
});

test('lines that are not JSON can be skipped, and counted', async () => {
  expect(await collect(readJsonLines(mixed, { onBadLine: 'skip' }))).toEqual([{ a: 1 }, { a: 4 }]);
  const lines: (number | undefined)[] = [];
  const counted = readJsonLines(mixed, { onBadLine: ({ line }) => lines.push(line) });
  expect(await collect(counted)).toEqual([{ a: 1 }, { a: 4 }]);
  expect(lines).toEqual([2, 4]);
});

test('an error that the function throws ends the reading', async () => {
  const failing = readJsonLines(mixed, {
    onBadLine: () => {
      throw new Error('too many');
    },
  });
  await expect(collect(failing)).rejects.toThrow('too many');
});

test('a line too long is an error even where bad lines are skipped, since it may be all that there is', async () => {
  const failing = collect(readJsonLines([`[${'1,'.repeat(50)}1]`], { onBadLine: 'skip', maxRecordLength: 50 }));
  await expect(failing).rejects.toThrow(/longer than 50 characters/);
});

test('a long bad line makes a short message', async () => {
  const error = await collect(readJsonLines(['x'.repeat(1_000_000)])).catch((reason: Error) => reason);
  expect((error as Error).message.length).toBeLessThan(250);
});

test('hostile keys are properties like others, and touch no prototype', async () => {
  const line = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1}';
  const [value] = await collect(readJsonLines<Record<string, unknown>>([line]));
  expect(Object.keys(value!)).toEqual(['__proto__', 'constructor', 'toString']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('surrogates escaped alone stay alone', async () => {
  expect(await collect(readJsonLines(['"\\ud83d"\n"\\ud83d\\ude00"']))).toEqual(['\ud83d', '😀']);
});

test('options that cannot work are refused when the reader is made', () => {
  expect(() => readJsonLines([], { onBadLine: 'ignore' as 'skip' })).toThrow(ConfigError);
  // @ts-expect-error a misspelt option
  expect(() => readJsonLines([], { onBadline: 'skip' })).toThrow(/Did you mean onBadLine/);
});
