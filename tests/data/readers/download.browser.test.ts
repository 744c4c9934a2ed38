import { bucketByLength, mapExamples, padBatch, readCsv, readSquad, shuffleExamples } from 'sesame-nlp/data';
import { expect, test } from 'vitest';
import { collect } from '../../support/collect.js';

/** What a page asks for again in each epoch. */
const download = (text: string) => {
  const url = URL.createObjectURL(new Blob([text]));
  return async () => (await fetch(url)).body!;
};

test('a page reads a table while it comes, shuffles and pads it, epoch after epoch', async () => {
  const table = `label,text\n${Array.from({ length: 20_000 }, (_, index) => `${index % 2},"潮水, 😀 ${index}"\n`).join('')}`;
  const rows = readCsv(download(table), { columns: ['label', 'text'] });
  const encoded = mapExamples(rows, ({ text }) => ({ ids: [...text].map((character) => character.codePointAt(0)!) }));
  const shuffled = shuffleExamples(encoded, { bufferSize: 1000, seed: 1 });
  const buckets = bucketByLength(shuffled, { length: ({ ids }) => ids.length, batchSize: 100 });
  const batches = mapExamples(buckets, (batch) => padBatch(batch));
  for (let epoch = 0; epoch < 2; epoch++) {
    const sizes = (await collect(batches)).map(({ tokenIds }) => tokenIds.length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(20_000);
  }
});

test('a page reads the questions of a file that was chosen', async () => {
  const context = '🌊 the tide is out';
  const answers = [{ text: 'tide', answer_start: 6 }];
  const data = [{ title: 'T', paragraphs: [{ context, qas: [{ id: '1', question: 'What is out?', answers }] }] }];
  const file = new File([JSON.stringify({ data })], 'train.json');
  const examples = await collect(readSquad(() => file.stream()));
  expect(examples.map((example) => example.answers)).toEqual([[{ text: 'tide', start: 7, end: 11 }]]);
});
