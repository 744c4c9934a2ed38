import fc from 'fast-check';
import { type ConllSentence, readConll } from 'sesame-nlp/data';
import { ConfigError, DataError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';
import { collect } from '../../support/collect.js';
import { readFixture } from '../../support/fixtures.js';
import { CountedPieces, cutAt, repeated, somePlaces } from '../pieces.js';

// In the format of the CoNLL-2003 shared task; the words are our own.
const conll2003 = `-DOCSTART- -X- -X- O

Tides NNS B-NP O
recede VBP B-VP O
in IN B-PP O
Keelung NNP B-NP B-LOC
. . O O

-DOCSTART- -X- -X- O

Ada NNP B-NP B-PER
Lovelace NNP I-NP I-PER
`;

test('sentences of CoNLL-2003 have its four columns, and document lines are none', async () => {
  const sentences: ConllSentence[] = await collect(readConll([conll2003]));
  expect(sentences).toEqual([
    {
      tokens: ['Tides', 'recede', 'in', 'Keelung', '.'],
      partsOfSpeech: ['NNS', 'VBP', 'IN', 'NNP', '.'],
      chunks: ['B-NP', 'B-VP', 'B-PP', 'B-NP', 'O'],
      tags: ['O', 'O', 'O', 'B-LOC', 'O'],
    },
    {
      tokens: ['Ada', 'Lovelace'],
      partsOfSpeech: ['NNP', 'NNP'],
      chunks: ['B-NP', 'I-NP'],
      tags: ['B-PER', 'I-PER'],
    },
  ]);
});

test('WNUT-17 has two columns, and tokens that look like comments and documents', async () => {
  const sentences = await collect(readConll([await readFixture('data/wnut17.conll')], { columns: ['tokens', 'tags'] }));
  expect(sentences.map(({ tokens }) => tokens.length)).toEqual([27, 15]);
  expect(sentences[0]!.tokens.slice(14, 18)).toEqual(['Empire', 'State', 'Building', '=']);
  expect(sentences[0]!.tags.slice(14, 18)).toEqual(['B-location', 'I-location', 'I-location', 'O']);
  const odd = await collect(readConll(['#tide\tO\n#\tO\n-DOC-\tO\n'], { columns: ['tokens', 'tags'] }));
  expect(odd[0]!.tokens).toEqual(['#tide', '#', '-DOC-']);
});

test('Chinese has a character a line, white space of its own included', async () => {
  const text = '潮\tB-NOUN\n水\tI-NOUN\n\u3000\tO\n😀\tO\n \t \n退\tO\n';
  expect(await collect(readConll([text], { columns: ['tokens', 'tags'] }))).toEqual([
    { tokens: ['潮', '水', '\u3000', '😀'], tags: ['B-NOUN', 'I-NOUN', 'O', 'O'] },
    { tokens: ['退'], tags: ['O'] },
  ]);
});

test('a document line ends a sentence that no blank line ends', async () => {
  const sentences = await collect(readConll(['a O\n-DOCSTART- O\nb O'], { columns: ['tokens', 'tags'] }));
  expect(sentences.map(({ tokens }) => tokens)).toEqual([['a'], ['b']]);
});

test('any number of blanks separates columns, where no tab does', async () => {
  expect(await collect(readConll([' a   O \r\n'], { columns: ['tokens', 'tags'] }))).toEqual([
    { tokens: ['a'], tags: ['O'] },
  ]);
});

test('what is written is read, however it is cut into pieces', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '潮', '😀', '#', '-', '"'), minLength: 1, maxLength: 3 });
  const sentence = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(sentence, { maxLength: 4 }),
      fc.constantFrom('\t', ' '),
      fc.constantFrom('\n', '\r\n'),
      somePlaces(),
      async (written, separator, end, places) => {
        const lines = written.flatMap((rows) => [...rows.map((row) => row.join(separator)), '']);
        const pieces = cutAt(lines.map((line) => line + end).join(''), places);
        const expected = written.map((rows) => ({ tokens: rows.map(([a]) => a), tags: rows.map(([, b]) => b) }));
        expect(await collect(readConll(pieces, { columns: ['tokens', 'tags'] }))).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ['too few columns', 'a O\n\nb\n', 3, /1 column, and 2 are expected: tokens, tags.*\n.*columns: \['tokens', 'tags'\]/],
  ['too many columns', 'a\tO\tO\n', 1, /3 columns/],
  ['an empty column', 'a\tO\n\tO\n', 2, /a column is empty/],
])('%s are an error with the line', async (_, text, line, message) => {
  const failing = collect(readConll([text], { columns: ['tokens', 'tags'] }));
  await expect(failing).rejects.toThrow(DataError);
  await expect(failing).rejects.toMatchObject({ line, message: expect.stringMatching(message) });
});

test('a sentence that never ends is an error at the limit, before it fills the memory', async () => {
  const endless = new CountedPieces(repeated('aaaaaaa O\n'.repeat(5000), 1_000_000));
  const failing = collect(readConll(endless, { columns: ['tokens', 'tags'], maxRecordLength: 500_000 }));
  await expect(failing).rejects.toThrow(/sentence that goes on here is longer than 500000 characters.*\n.*blank line/);
  expect(endless.taken).toBeLessThanOrEqual(12);
});

test('a line of blanks takes time that grows with its length', async () => {
  const failing = collect(readConll([`a${' '.repeat(5_000_000)}b c`], { columns: ['tokens', 'tags'] }));
  await expect(failing).rejects.toThrow(/3 columns/);
});

test('columns with the names of object members are columns like others', async () => {
  const [sentence] = await collect(readConll(['a O\n'], { columns: ['__proto__', 'constructor'] }));
  expect(Object.keys(sentence!)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(sentence)).toBe(Object.prototype);
});

test('options that cannot work are refused when the reader is made', () => {
  for (const columns of [[], ['tokens', 'tokens'], 'tokens']) {
    expect(() => readConll([], { columns: columns as string[] })).toThrow(ConfigError);
  }
  // @ts-expect-error a misspelt option
  expect(() => readConll([], { column: ['tokens'] })).toThrow(/Did you mean columns/);
});
