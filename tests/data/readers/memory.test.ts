// What holds for all readers: how far they read ahead, and that they let their source go.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  readConll,
  readConllu,
  readCsv,
  readJsonLines,
  readLines,
  readNli,
  readParallel,
  readSquad,
  readTsv,
  type TextSource,
} from 'sesame-nlp/data';
import { describe, expect, test } from 'vitest';
import { CountedPieces, repeated } from '../pieces.js';

/** Each reader with a text of many examples: what stands before them, one of them, and what stands after. */
const readers: Record<string, readonly [(source: TextSource) => AsyncIterable<unknown>, string, string, string]> = {
  readLines: [readLines, '', 'a line\n', ''],
  readCsv: [readCsv, 'a,b\n', '"1\n2",3\n', ''],
  readTsv: [readTsv, 'a\tb\n', '1\t2\n', ''],
  readParallel: [(source) => readParallel(source, { languages: ['en', 'zh'] }), 'en\tzh\n', 'tide\t潮\n', ''],
  readJsonLines: [readJsonLines, '', '{"a":1}\n', ''],
  readNli: [readNli, '', '{"sentence1":"a","sentence2":"b","gold_label":"neutral"}\n', ''],
  readConll: [(source) => readConll(source, { columns: ['tokens', 'tags'] }), '', 'a O\nb O\n\n', ''],
  readConllu: [readConllu, '', '1\ta\ta\tX\t_\t_\t0\troot\t_\t_\n\n', ''],
  readSquad: [
    readSquad,
    '{"version":"1.1","data":[{"paragraphs":[]},',
    '{"paragraphs":[{"context":"a","qas":[{"id":"1","question":"?","answers":[]}]}]},',
    '{"paragraphs":[]}]}',
  ],
};

describe.each(Object.entries(readers))('%s', (_, [read, before, example, after]) => {
  const source = (times: number) =>
    new CountedPieces(
      (function* () {
        if (before !== '') yield before;
        yield* repeated(example, times);
        if (after !== '') yield after;
      })(),
    );

  test('takes a piece of its source when the examples of the last are used up, and no sooner', async () => {
    const pieces = source(1000);
    let examples = 0;
    for await (const _example of read(pieces)) {
      examples++;
      const needed = examples + (before === '' ? 0 : 1);
      expect(pieces.taken).toBeLessThanOrEqual(needed);
    }
    expect(examples).toBe(1000);
  });

  test('lets its source go when the loop is left', async () => {
    const pieces = source(1000);
    for await (const _example of read(pieces)) break;
    expect(pieces.taken).toBeLessThanOrEqual(2);
    expect(pieces.open).toBe(0);
  });
});

test('a text that is kept does not keep the piece that it came from', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const used = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  // 200 pieces of 100 kB, of each of which a text or two are kept.
  const long = 'x'.repeat(999);
  const pieces = (example: string, before = '') =>
    new CountedPieces(
      (function* () {
        yield before;
        for (let i = 0; i < 200; i++) yield example.repeat(100);
      })(),
    );
  const start = used();
  const kept = [
    await everySeventieth(readLines(pieces(`${long}\n`))),
    await everySeventieth(readCsv(pieces(`"${long},",${long}\n`, 'a,b\n'))),
    await everySeventieth(readConll(pieces(`${long}\tO\n\n`), { columns: ['tokens', 'tags'] })),
  ];
  expect(used() - start).toBeLessThan(10_000_000);
  expect(kept.map(({ length }) => length)).toEqual([286, 286, 286]);
});

async function everySeventieth<Example>(examples: AsyncIterable<Example>): Promise<Example[]> {
  const kept: Example[] = [];
  let count = 0;
  for await (const example of examples) if (count++ % 70 === 0) kept.push(example);
  return kept;
}
