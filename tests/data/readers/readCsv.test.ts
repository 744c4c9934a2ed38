import fc from 'fast-check';
import { type ReadCsvOptions, readCsv, readTsv } from 'sesame-nlp/data';
import { ConfigError, DataError } from 'sesame-nlp/errors';
import { describe, expect, test } from 'vitest';
import { collect } from '../../support/collect.js';
import { CountedPieces, cutAt, repeated, somePlaces } from '../pieces.js';

const rows = (text: string, options?: ReadCsvOptions) => collect(readCsv([text], options));

test('the header names the columns', async () => {
  expect(await rows('label,text\n1,fine\n0,"bad, really"\n')).toEqual([
    { label: '1', text: 'fine' },
    { label: '0', text: 'bad, really' },
  ]);
});

test('quoted fields hold delimiters, line breaks of all kinds and doubled quotes, as in RFC 4180', async () => {
  const text = 'a,b,c\r\n"x,y","1\r\n2\n3\r4","say ""hi"""\r\n"","""",z';
  expect(await rows(text)).toEqual([
    { a: 'x,y', b: '1\r\n2\n3\r4', c: 'say "hi"' },
    { a: '', b: '"', c: 'z' },
  ]);
});

test('any line end ends a record, blank lines are none, and the last needs no end', async () => {
  const expected = [
    { a: '1', b: '2' },
    { a: '3', b: '' },
  ];
  for (const end of ['\n', '\r\n', '\r']) {
    expect(await rows(['\ufeffa,b', '', '1,2', '', '', '3,'].join(end))).toEqual(expected);
    expect(await rows(['a,b', '1,2', '3,', ''].join(end))).toEqual(expected);
  }
  expect(await rows('a\n""\n')).toEqual([{ a: '' }]);
  expect(await rows('a,b\n')).toEqual([]);
  expect(await rows('')).toEqual([]);
});

test('a quote inside a field that does not begin with one is a character like others', async () => {
  expect(await rows('a,b\n5" disk,he said "no"\n')).toEqual([{ a: '5" disk', b: 'he said "no"' }]);
});

test('white space around fields, and line ends of Unicode, belong to the fields', async () => {
  expect(await rows('a,b\n x , y\u2028\u0085z\n')).toEqual([{ a: ' x ', b: ' y\u2028\u0085z' }]);
});

test('columns that are named are part of the type, and others are left out', async () => {
  const table = readCsv(['id,text,label\n7,fine,1\n'], { columns: ['label', 'text'] });
  for await (const row of table) {
    const label: string = row.label;
    expect({ ...row, label }).toEqual({ label: '1', text: 'fine' });
    // @ts-expect-error no such column
    expect(row.id).toBeUndefined();
  }
});

test('a file without a header has all its columns named', async () => {
  expect(await rows('1,fine\n', { header: false, columns: ['label', 'text'] })).toEqual([{ label: '1', text: 'fine' }]);
  expect(() => readCsv(['1'], { header: false })).toThrow(ConfigError);
  expect(() => readCsv(['1'], { header: false })).toThrow(/columns must name the columns/);
});

test('another delimiter and another quote, or none, are taken as they are, special in patterns or not', async () => {
  for (const delimiter of [';', '|', '^', '\\', ']', '-', '\t', ' ', '，']) {
    const text = `a${delimiter}b\n'x${delimiter}y'${delimiter}"z\n`;
    expect(await rows(text, { delimiter, quote: "'" })).toEqual([{ a: `x${delimiter}y`, b: '"z' }]);
  }
  expect(await rows('a,b\n"x,"y"\n', { quote: null })).toEqual([{ a: '"x', b: '"y"' }]);
});

test('tab-separated values have no quotes, unless they are asked for', async () => {
  const text = 'en\tzh\n"Look," she said.\t“看啊！” 她说道。\n';
  expect(await collect(readTsv([text]))).toEqual([{ en: '"Look," she said.', zh: '“看啊！” 她说道。' }]);
  expect(await collect(readTsv(['a\tb\n"1\t2"\t3\n'], { quote: '"' }))).toEqual([{ a: '1\t2', b: '3' }]);
});

test('columns with the names of object members are columns like others', async () => {
  const [row] = await rows('__proto__,constructor,toString\n1,2,3\n');
  expect(Object.entries(row!)).toEqual([
    ['__proto__', '1'],
    ['constructor', '2'],
    ['toString', '3'],
  ]);
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('1');
});

/** Writes fields as RFC 4180 has it; quotes where they must be, and in some other places. */
function write(fields: readonly string[], quoteAll: boolean, delimiter: string): string {
  return fields
    .map((field) => {
      const quoted =
        quoteAll || field === '' || field.startsWith('"') || /[\r\n]/.test(field) || field.includes(delimiter);
      return quoted ? `"${field.replaceAll('"', '""')}"` : field;
    })
    .join(delimiter);
}

test('what is written by the rules is read as it was, however it is cut into pieces', async () => {
  const field = fc.string({
    unit: fc.constantFrom('a', '潮', '😀', '"', ',', '\n', '\r', '\r\n', ' ', '\t'),
    maxLength: 6,
  });
  const table = fc.array(fc.tuple(field, field, fc.boolean()), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.constantFrom(',', '\t', ';'),
      somePlaces(80),
      async (records, end, delimiter, places) => {
        const lines = [`a${delimiter}b`, ...records.map(([a, b, quoteAll]) => write([a, b], quoteAll, delimiter))];
        const pieces = cutAt(lines.join(end) + end, places);
        const expected = records.map(([a, b]) => ({ a, b }));
        expect(await collect(readCsv(pieces, { delimiter }))).toEqual(expected);
      },
    ),
    { numRuns: 1000 },
  );
});

test('any text is read, or refused with its line, the same however it is cut into pieces', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', '"', '""', ',', '\n', '\r', '\r\n'), maxLength: 20 });
  const outcome = (pieces: string[]) =>
    collect(readCsv(pieces, { header: false, columns: ['a', 'b'], maxRecordLength: 12 })).catch(
      (error: unknown) => error,
    );
  await fc.assert(
    fc.asyncProperty(text, somePlaces(20), async (whole, places) => {
      const expected = await outcome([whole]);
      const actual = await outcome(cutAt(whole, places));
      if (!(expected instanceof Error)) expect(actual).toEqual(expected);
      else {
        expect(expected).toBeInstanceOf(DataError);
        expect(actual).toMatchObject({ message: expected.message, line: (expected as DataError).line });
      }
    }),
    { numRuns: 1000 },
  );
});

describe('errors say in which line they are', () => {
  test.each<[what: string, text: string, line: number, message: RegExp]>([
    ['too many fields', 'a,b\n1,2\n"x\ny",3,4\n', 3, /record has 3 fields, and the columns are 2: a, b/],
    ['a record after line breaks in quotes', 'a,b\n"1\r\n2\r3",4\n5\n', 5, /record has 1 field,/],
    ['too few fields', 'a,b\r\n1,2\r\n\r\n3\r\n', 4, /record has 1 field,/],
    [
      'a quote that is never closed',
      'a,b\n1,"2\n3,4\n',
      2,
      /quote " that begins a field here is not closed before the end/,
    ],
    ['a field after its closing quote', 'a,b\n"1\n2"x,3\n', 3, /goes on after its closing quote, with "x"/],
    ['a column twice', '\na,b,a\n1,2,3\n', 2, /names the column "a" twice/],
  ])('%s', async (_, text, line, message) => {
    await expect(rows(text)).rejects.toThrow(DataError);
    await expect(rows(text)).rejects.toMatchObject({ line, message: expect.stringMatching(message) });
  });

  test('a column that the header lacks', async () => {
    await expect(rows('label,txt\n1,2\n', { columns: ['text'] })).rejects.toThrow(
      /no column text.*\n.*Did you mean txt/,
    );
    await expect(rows('1,fine\n', { columns: ['label'] })).rejects.toThrow(/header: false/);
  });

  test('a header of thousands of long names makes a short message', async () => {
    const header = Array.from({ length: 5000 }, (_, index) => `${index}${'x'.repeat(200)}`).join(',');
    const error = await rows(`${header}\n1\n`, { columns: ['text'] }).catch((reason: Error) => reason);
    expect((error as Error).message.length).toBeLessThan(600);
  });
});

test('delimiters count in the length of a record', async () => {
  const limit = { maxRecordLength: 10 };
  expect(await rows('a,b\nabcd,efghi\n', limit)).toEqual([{ a: 'abcd', b: 'efghi' }]);
  await expect(rows('a,b\nabcd,efghij\n', limit)).rejects.toThrow(/longer than 10 characters/);
  await expect(rows(`a,b\n${','.repeat(11)}\n`, limit)).rejects.toMatchObject({ line: 2 });
  await expect(rows(`a,b\n${','.repeat(11)}\n`, limit)).rejects.toThrow(/longer than 10 characters/);
});

test('a quote that is never closed is an error at the limit, before it fills the memory', async () => {
  const unclosed = new CountedPieces(
    (function* () {
      yield 'a,b\n1,"';
      yield* repeated('x\n'.repeat(32_768), 1_000_000);
    })(),
  );
  const failing = collect(readCsv(unclosed));
  await expect(failing).rejects.toThrow(/not closed before the most that a record may have/);
  await expect(failing).rejects.toMatchObject({ line: 2 });
  expect(unclosed.taken).toBeLessThanOrEqual(2 + 2 ** 24 / 65_536);
});

test('a record of 50 MB in a thousand pieces is read where the limit allows it, in time that grows with its length', async () => {
  const long = new CountedPieces(
    (function* () {
      yield 'a,b\n1,"';
      yield* repeated(`${'x'.repeat(49_998)}""`, 1000);
      yield '"\n';
    })(),
  );
  const [row] = await collect(readCsv(long, { maxRecordLength: 2 ** 26 }));
  expect(row!.b).toHaveLength(49_999 * 1000);
});

test('options that cannot work are refused when the reader is made', () => {
  const refused = (options: object) => {
    expect(() => readCsv(['a'], options)).toThrow(ConfigError);
  };
  for (const delimiter of ['', ',,', '\n', 3, null]) refused({ delimiter });
  for (const quote of ['', '""', '\r', ',', 3]) refused({ quote });
  for (const columns of [[], 'text', ['a', 'a'], [3]]) refused({ columns });
  refused({ maxRecordLength: -1 });
  refused({ delimeter: ';' });
  // @ts-expect-error tabs are what makes it one
  expect(() => readTsv(['a'], { delimiter: ';' })).toThrow(ConfigError);
});
