import fc from 'fast-check';
import { type QuestionExample, readSquad } from 'sesame-nlp/data';
import { ConfigError, DataError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';
import { collect } from '../../support/collect.js';
import { readFixture } from '../../support/fixtures.js';
import { CountedPieces, cutAt, repeated, somePlaces } from '../pieces.js';

/** A file with one article of one paragraph. */
const fileOf = (context: string, ...qas: object[]) =>
  JSON.stringify({ data: [{ title: 'T', paragraphs: [{ context, qas }] }] });
const asking = (id: string, ...answers: (readonly [text: string, start: unknown])[]) => ({
  id,
  question: 'What is out?',
  answers: answers.map(([text, answer_start]) => ({ text, answer_start })),
});

const expectSpansToMatch = (examples: readonly QuestionExample[]) => {
  for (const { context, answers } of examples) {
    for (const { text, start, end } of answers) expect(context.slice(start, end)).toBe(text);
  }
};

test('SQuAD 2.0 has questions with several answers, and impossible ones', async () => {
  const examples = await collect(readSquad([await readFixture('data/squad2.json')]));
  expect(examples.map(({ title, answers, impossible }) => [title, answers.length, impossible])).toEqual([
    ['Packet_switching', 3, false],
    ['Packet_switching', 3, false],
    ['Packet_switching', 0, true],
    ['Force', 6, false],
    ['Force', 6, false],
    ['Force', 0, true],
  ]);
  expect(examples[1]).toMatchObject({
    id: '8df7cb1c57ea297de5eec56fb',
    question: 'What did Distributed Adaptive Message Block Switching do',
    answers: [
      { start: 151 },
      { start: 151 },
      { text: 'fault-tolerant, efficient routing method', start: 161, end: 201 },
    ],
  });
  expectSpansToMatch(examples);
});

test('SQuAD 1.1 in Chinese has one answer to each question', async () => {
  const examples = await collect(readSquad([await readFixture('data/xquad-zh.json')]));
  expect(examples.map(({ id, answers }) => [id, answers.map(({ text }) => text)])).toEqual([
    ['56beb4343aeaaa14008c925b', ['308']],
    ['56beb4343aeaaa14008c925c', ['136 次']],
    ['56beb4343aeaaa14008c925d', ['118']],
  ]);
  expect(examples.every(({ impossible }) => !impossible)).toBe(true);
  expectSpansToMatch(examples);
});

test('code points of the file become code units, which JavaScript counts', async () => {
  const [example] = await collect(readSquad([fileOf('🌊🌊 the tide is out', asking('1', ['tide', 7]))]));
  expect(example!.answers).toEqual([{ text: 'tide', start: 9, end: 13 }]);
  // Files written by JavaScript count code units: those are understood where code points lead nowhere.
  expect(await collect(readSquad([fileOf('🌊🌊 the tide is out', asking('1', ['tide', 9]))]))).toEqual([example]);
});

test('questions whose answers are kept secret have none', async () => {
  const secret = { id: 7, question: 'What is out?' };
  expect(await collect(readSquad([fileOf('The tide.', secret)]))).toEqual([
    { id: '7', title: 'T', context: 'The tide.', question: 'What is out?', answers: [], impossible: false },
  ]);
});

const misplaced = fileOf(
  'tide in, tide out',
  asking('moves', ['tide', 7]),
  asking('loses one', ['tide', 0], ['ebb', 3]),
  asking('loses all', ['ebb', 0], ['', 0]),
  asking('has no place', ['out', -1], ['out', null]),
);

test('an answer that does not stand where the file says is an error', async () => {
  const failing = collect(readSquad([misplaced]));
  await expect(failing).rejects.toThrow(DataError);
  await expect(failing).rejects.toThrow(
    /question moves: the answer "tide" does not stand in its context at 7.*\n.*'move' or 'skip'/,
  );
});

test('such an answer can be left out, and a question without answers with it', async () => {
  const examples = await collect(readSquad([misplaced], { onWrongAnswer: 'skip' }));
  expect(examples.map(({ id, answers }) => [id, answers.length])).toEqual([['loses one', 1]]);
});

test('such an answer can be moved to the nearest place', async () => {
  const examples = await collect(readSquad([misplaced], { onWrongAnswer: 'move' }));
  expect(examples.map(({ id, answers }) => [id, answers.map(({ start }) => start)])).toEqual([
    ['moves', [9]],
    ['loses one', [0]],
    ['has no place', [14, 14]],
  ]);
  expectSpansToMatch(examples);
});

test('where the text is cut into pieces, and how it is laid out, does not matter', async () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '潮', '😀', '"', '\\', '{', '}', '[', ']', ',', ':', '\n'),
    maxLength: 8,
  });
  const paragraph = fc.record({
    context: text,
    qas: fc.array(fc.record({ id: text, question: text }), { maxLength: 2 }),
  });
  const articles = fc.array(fc.record({ title: text, paragraphs: fc.array(paragraph, { maxLength: 2 }) }), {
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(
      articles,
      text,
      fc.constantFrom(undefined, 1, '\t'),
      somePlaces(400),
      async (data, name, space, places) => {
        // Beside the array stand a name like it, arrays of other names, and what an article could be.
        const file = {
          version: '1.1',
          list: [{ data: [1] }],
          [`${name}data`]: 'data',
          inner: { data: [2] },
          data,
          after: [data],
        };
        const expected = data.flatMap(({ title, paragraphs }) =>
          paragraphs.flatMap(({ context, qas }) =>
            qas.map((entry) => ({ ...entry, title, context, answers: [], impossible: false })),
          ),
        );
        expect(await collect(readSquad(cutAt(JSON.stringify(file, null, space), places)))).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});

test.each<[what: string, text: string, message: RegExp]>([
  ['a text that is not JSON', '{"data": [{"title": nothing}]}', /element 1 of the array "data" is not JSON/],
  [
    'a file that was cut off',
    '{"data": [{"title": "T", "paragraphs": []}, {"ti',
    /ends inside the array "data", after 1 element\./,
  ],
  ['a file that was cut off at the end', '{"data": []', /around the array "data" is not JSON/],
  ['a comma too many', '{"data": [{"paragraphs": []},]}', /element 2 of the array "data" is not JSON/],
  ['brackets that do not match', '{"data": [{]}', /element 1 .* is not JSON/],
  ['more than one value', '{"data": []} {"data": []}', /is not JSON/],
  ['another file', '[{"sentence1": "data"}]', /no array "data" in the outermost object/],
  ['an array that has no name', '["data", [{"paragraphs": []}]]', /no array "data"/],
  ['an empty text', '', /is not JSON/],
  [
    'an article without paragraphs',
    '{"data": [{"paragraphs": []}, {}]}',
    /article 2: there is no paragraphs that is a list/,
  ],
  ['a paragraph without a context', '{"data": [{"paragraphs": [{"qas": []}]}]}', /article 1: there is no context/],
  ['a question without an id', fileOf('a', { question: '?' }), /article 1: there is no id/],
  [
    'a question without words',
    fileOf('a', { id: 'x', question: null }),
    /question x: there is no question that is a text/,
  ],
  [
    'answers that are no list',
    fileOf('a', { id: 'x', question: '?', answers: {} }),
    /question x: there is no answers that is a list/,
  ],
  [
    'an impossible question with answers',
    fileOf('a', { ...asking('x', ['a', 0]), is_impossible: true }),
    /is_impossible and yet has answers/,
  ],
  ['what is only inherited', '{"data": [{"__proto__": {"paragraphs": []}}]}', /no paragraphs/],
])('%s is an error', async (_, text, message) => {
  const failing = collect(readSquad([text]));
  await expect(failing).rejects.toThrow(DataError);
  await expect(failing).rejects.toThrow(message);
});

test('an article that never ends is an error at the limit, before it fills the memory', async () => {
  for (const beginning of ['{"data": [{"title": "', '{"data": [', '{"version": "']) {
    const endless = new CountedPieces(
      (function* () {
        yield beginning;
        yield* repeated('{[x,'.repeat(16_384), 1_000_000);
      })(),
    );
    const failing = collect(readSquad(endless, { maxRecordLength: 2 ** 20 }));
    await expect(failing).rejects.toThrow(/longer than 1048576 characters|not JSON/);
    expect(endless.taken).toBeLessThanOrEqual(18);
  }
});

test('options that cannot work are refused when the reader is made', () => {
  expect(() => readSquad([], { onWrongAnswer: 'drop' as 'skip' })).toThrow(ConfigError);
  // @ts-expect-error a misspelt option
  expect(() => readSquad([], { onWrongAnswers: 'skip' })).toThrow(/Did you mean onWrongAnswer/);
});
