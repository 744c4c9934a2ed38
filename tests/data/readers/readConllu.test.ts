import { readConllu } from 'sesame-nlp/data';
import { ConfigError, DataError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';
import { collect } from '../../support/collect.js';
import { readFixture } from '../../support/fixtures.js';
import { CountedPieces, cutAt, repeated } from '../pieces.js';

/** A row whose columns after the form are not of interest. */
const row = (id: string, form: string, head = '_') => `${id}\t${form}\t_\t_\t_\t_\t${head}\t_\t_\t_\n`;

test('the English Web Treebank has comments, words and tokens of several words', async () => {
  const [first, second] = await collect(readConllu([await readFixture('data/ewt.conllu')]));
  expect(first!.metadata.get('text')).toBe(
    "I can't tell you how ominous I found Bush's performance in that interview.",
  );
  expect([...first!.metadata.keys()]).toEqual(['sent_id', 'text']);
  expect(first!.words.map(({ form }) => form).slice(0, 4)).toEqual(['I', 'ca', "n't", 'tell']);
  expect(first!.words[1]).toEqual({
    form: 'ca',
    lemma: 'can',
    upos: 'AUX',
    xpos: 'MD',
    feats: 'VerbForm=Fin',
    head: 4,
    deprel: 'aux',
    deps: '_',
    misc: '_',
  });
  expect(first!.multiwordTokens).toEqual([
    { first: 2, last: 3, form: "can't", misc: '_' },
    { first: 10, last: 11, form: "Bush's", misc: '_' },
  ]);
  expect(first!.words.find(({ head }) => head === 0)!.form).toBe('tell');
  expect(second!.words).toHaveLength(12);
  expect(second!.words[6]!.misc).toBe('SpaceAfter=No');
});

test('empty nodes stand between words, also before the first', async () => {
  // The example of the format's documentation.
  const text =
    row('0.1', 'well') +
    row('1', 'Sue', '2') +
    row('2', 'likes', '0') +
    row('3', 'coffee', '2') +
    row('3.1', 'and') +
    row('3.2', 'x') +
    row('4', 'Bill', '2') +
    row('4.1', 'likes');
  const [sentence] = await collect(readConllu([text]));
  expect(sentence!.words.map(({ form }) => form)).toEqual(['Sue', 'likes', 'coffee', 'Bill']);
  expect(sentence!.emptyNodes.map(({ id, form }) => [id, form])).toEqual([
    [[0, 1], 'well'],
    [[3, 1], 'and'],
    [[3, 2], 'x'],
    [[4, 1], 'likes'],
  ]);
});

test('comments are names with what they say, or remarks', async () => {
  const text = `# newpar\n# text = a = b\n#sent_id=7\n# __proto__ = c\n${row('1', 'a')}\n# only a comment\n\n${row('1', 'b')}`;
  const sentences = await collect(readConllu([text]));
  expect(sentences.map(({ words }) => words[0]!.form)).toEqual(['a', 'b']);
  expect([...sentences[0]!.metadata]).toEqual([
    ['text', 'a = b'],
    ['sent_id', '7'],
    ['__proto__', 'c'],
  ]);
  expect(sentences[0]!.comments).toEqual(['newpar']);
  expect(sentences[1]!.comments).toEqual([]);
});

test('forms may be underscores, hold spaces, and begin with a number sign', async () => {
  const [sentence] = await collect(readConllu([row('1', '_') + row('2', 'New York') + row('3', '#')]));
  expect(sentence!.words.map(({ form, head }) => [form, head])).toEqual([
    ['_', undefined],
    ['New York', undefined],
    ['#', undefined],
  ]);
});

test('where the text is cut into pieces does not matter', async () => {
  const text = new TextDecoder().decode(await readFixture('data/ewt.conllu')).replaceAll('\n', '\r\n');
  const whole = await collect(readConllu([text]));
  for (let place = 0; place < text.length; place += 13) {
    expect(await collect(readConllu(cutAt(text, [place, place + 1])))).toEqual(whole);
  }
});

test.each<[what: string, text: string, line: number, message: RegExp]>([
  ['a line of nine columns', `${row('1', 'a')}2\ta\t_\t_\t_\t_\t_\t_\t_\n`, 2, /9 columns, and CoNLL-U has ten/],
  ['an empty column', row('1', ''), 1, /a column is empty/],
  ['columns separated by spaces', row('1', 'a').replaceAll('\t', ' '), 1, /1 column,.*separated by tabs/],
  ['an id that is skipped', row('1', 'a') + row('3', 'b'), 2, /"3" cannot stand after 1 word\..*\n.*next word is 2/],
  ['an id that comes twice', row('1', 'a') + row('1', 'b'), 2, /blank line must end each sentence/],
  ['an id that is no number', row('x', 'a'), 1, /"x"/],
  ['a range after its words', row('1', 'a') + row('2', 'b') + row('1-2', 'ab'), 3, /"1-2"/],
  ['a range that ends before it begins', row('2-1', 'ab'), 1, /"2-1"/],
  ['a range within a range', row('1-3', 'abc') + row('1', 'a') + row('2-3', 'bc'), 3, /"2-3"/],
  [
    'a range with words that do not come',
    row('1-3', 'abc') + row('1', 'a'),
    2,
    /1-3 ends after the sentence, which has 1 word/,
  ],
  ['an empty node that is skipped', row('1', 'a') + row('1.2', 'b'), 2, /"1.2"/],
  ['an empty node elsewhere', row('1', 'a') + row('2.1', 'b'), 2, /"2.1"/],
  ['a head that is no word', `# c\n${row('1', 'a', '2')}${row('2', 'b', '7')}\n`, 3, /head 7 is no word.*has 2/],
  ['a head that is no number', row('1', 'a', 'root'), 1, /head "root" is no whole number/],
])('%s is an error with the line', async (_, text, line, message) => {
  const failing = collect(readConllu([text]));
  await expect(failing).rejects.toThrow(DataError);
  await expect(failing).rejects.toMatchObject({ line, message: expect.stringMatching(message) });
});

test('a sentence or comments that never end are an error at the limit, before they fill the memory', async () => {
  const limit = { maxRecordLength: 500_000 };
  const comments = new CountedPieces(repeated('# a comment\n'.repeat(5000), 1_000_000));
  await expect(collect(readConllu(comments, limit))).rejects.toThrow(/longer than 500000 characters/);
  expect(comments.taken).toBeLessThanOrEqual(12);
});

test('misspelt options are refused when the reader is made', () => {
  // @ts-expect-error no such option
  expect(() => readConllu([], { columns: ['form'] })).toThrow(ConfigError);
});
