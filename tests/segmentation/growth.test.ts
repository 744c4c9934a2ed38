// No text makes segmenting quadratic: operations are counted, since seconds depend on the machine.

import { createIntlSegmenter, readJiebaDictionary } from 'sesame-nlp/segmentation';
import { describe, expect, it, vi } from 'vitest';
import { BestPath } from '../../src/segmentation/bestPath.js';
import { UnigramModel } from '../../src/segmentation/unigramModel.js';
import { readFixture } from './fixtures.js';

const runs = ['a', ' ', '_', '潮', '7', 'ab', '潮水退了', '😀', '\u0301', '，'];
/** Words of one character in every length: the most steps that a dictionary can ask for at each place. */
const everyLength = runs.flatMap((text) =>
  Array.from({ length: Math.floor(64 / text.length) }, (_, index): [string, number] => [text.repeat(index + 1), 1]),
);
const models: [name: string, model: UnigramModel][] = [
  ["jieba's words", new UnigramModel(readJiebaDictionary(readFixture('dictionary.txt')))],
  ['words of every length', new UnigramModel(new Map(everyLength.filter(([word]) => /\S/.test(word))))],
];

describe.each(models)('with %s', (_, model) => {
  it.each(runs)('a text of %j again and again costs at most 2.5 times as much at twice the length', (text) => {
    const operations = (length: number) => {
      const path = new BestPath(model, text.repeat(Math.ceil(length / text.length)));
      let steps = 0;
      for (let start = 0; start < length; start = path.endOf(start)) steps++;
      return steps + path.operations;
    };
    for (const length of [1000, 50_000]) expect(operations(2 * length) / operations(length)).toBeLessThanOrEqual(2.5);
  });
});

describe("with the engine's dictionary", () => {
  // V8 of Node 20 copies what it was given for every segment that it is asked for.
  let copied = 0;
  const { Segmenter } = Intl;
  class CountingSegmenter {
    readonly #segmenter = new Segmenter('zh', { granularity: 'word' });
    *segment(text: string) {
      for (const segment of this.#segmenter.segment(text)) {
        copied += text.length;
        yield segment;
      }
    }
  }
  vi.stubGlobal('Intl', { Segmenter: CountingSegmenter });
  const segmenter = createIntlSegmenter();
  vi.unstubAllGlobals();

  const longWordFirst = (length: number) => 'a'.repeat(length / 2) + '，'.repeat(length / 2);
  it.each<[name: string, textOf: (length: number) => string]>([
    ...runs.map((text): [string, (length: number) => string] => [
      JSON.stringify(text),
      (length) => text.repeat(length / text.length),
    ]),
    ['one long word and many short segments', longWordFirst],
    ['many of them', (length) => longWordFirst(length / 8).repeat(8)],
  ])('a text of %s costs at most 2.5 times as much at twice the length', (_, textOf) => {
    const operations = (length: number) => {
      copied = 0;
      for (const _ of segmenter.segment(textOf(length)));
      expect(copied).toBeGreaterThanOrEqual(length);
      return copied;
    };
    expect(operations(2 ** 15) / operations(2 ** 14)).toBeLessThanOrEqual(2.5);
  });
});
