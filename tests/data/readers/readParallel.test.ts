import { readParallel } from 'sesame-nlp/data';
import { ConfigError, DataError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';
import { collect } from '../../support/collect.js';
import { readFixture } from '../../support/fixtures.js';

test('Tatoeba pairs keep their quotes, and columns that are no language are left out', async () => {
  const examples = await collect(readParallel([await readFixture('data/tatoeba.tsv')], { languages: ['en', 'zh'] }));
  expect(examples).toHaveLength(4);
  expect(examples[0]).toEqual({ en: 'Remember to buy mayonnaise.', zh: '记得买蛋黄酱。' });
  expect(examples[3]).toEqual({
    en: '"Did he write a letter yesterday?" "Yes, he did."',
    zh: '"他昨天写了一封信吗?" "是的, 他写了。"',
  });
});

test('without a header the languages are all the columns, two or more', async () => {
  const text = ['tide\tmarée\t潮\n', '\t\t\n'];
  const examples = readParallel(text, { languages: ['en', 'fr', 'zh'], header: false });
  for await (const { en, fr, zh } of examples) {
    const sides: string[] = [en, fr, zh]; // the compiler knows the languages
    expect(sides.map(({ length }) => length)).toSatisfy((lengths) => /^(4,5,1|0,0,0)$/.test(String(lengths)));
  }
  expect(await collect(examples)).toHaveLength(2);
});

test('a line with another number of columns is an error with its number', async () => {
  const failing = collect(readParallel(['en\tzh\n', 'tide\t潮\n', 'tide\n'], { languages: ['en', 'zh'] }));
  await expect(failing).rejects.toThrow(DataError);
  await expect(failing).rejects.toMatchObject({ line: 3, message: expect.stringMatching(/^readParallel: line 3: /) });
  await expect(collect(readParallel(['en\tzh\n'], { languages: ['en', 'de'] }))).rejects.toThrow(/no column de/);
});

test('fewer than two languages, and misspelt options, are refused when the reader is made', () => {
  expect(() => readParallel([], { languages: ['en'] })).toThrow(ConfigError);
  expect(() => readParallel([], {} as { languages: string[] })).toThrow(/languages must name two or more/);
  // @ts-expect-error a misspelt option
  expect(() => readParallel([], { languages: ['en', 'zh'], headers: true })).toThrow(/Did you mean header/);
});
