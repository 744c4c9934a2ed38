import { ConfigError } from 'sesame-nlp/errors';
import { countTypes, createWhitespaceSegmenter, frequentTypes, wordsOf } from 'sesame-nlp/segmentation';
import { describe, expect, it } from 'vitest';

describe('countTypes', () => {
  it('counts documents, tokens and types, and how often and in how many documents each type occurs', async () => {
    const counts = await countTypes([['潮水', '退了', '潮水'], [], ['潮水', '誰']]);
    expect(counts).toEqual({
      documents: 3,
      tokens: 5,
      types: 3,
      frequencies: new Map([
        ['潮水', 3],
        ['退了', 1],
        ['誰', 1],
      ]),
      documentFrequencies: new Map([
        ['潮水', 2],
        ['退了', 1],
        ['誰', 1],
      ]),
    });
  });

  it('takes documents that arrive over time, and tokens as any iterable', async () => {
    const segmenter = createWhitespaceSegmenter();
    async function* documents() {
      for (const text of ['潮水 退了', '潮水']) {
        await new Promise((resolve) => setTimeout(resolve));
        yield new Set(wordsOf(segmenter, text));
      }
    }
    const counts = await countTypes(documents());
    expect([...counts.frequencies]).toEqual([
      ['潮水', 2],
      ['退了', 1],
    ]);
  });

  it('counts nothing in nothing', async () => {
    const empty = { tokens: 0, types: 0, frequencies: new Map(), documentFrequencies: new Map() };
    expect(await countTypes([])).toEqual({ documents: 0, ...empty });
    expect(await countTypes([[]])).toEqual({ documents: 1, ...empty });
  });

  it('keeps types with names of Object.prototype, and reads lone surrogates as U+FFFD', async () => {
    const { frequencies } = await countTypes([['__proto__', 'constructor', '__proto__', '潮\ud800', '潮\udfff']]);
    expect([...frequencies]).toEqual([
      ['__proto__', 2],
      ['constructor', 1],
      ['潮\ufffd', 2],
    ]);
  });

  it.each<[problem: string, documents: unknown]>([
    ['texts that are not cut into tokens', ['潮水 退了']],
    ['one text', '潮水 退了'],
    ['tokens that are no strings', [[5]]],
    ['documents that are none', [null]],
    ['nothing', undefined],
  ])('refuses %s, and says what to pass', async (_, documents) => {
    await expect(countTypes(documents as never)).rejects.toThrow(ConfigError);
    await expect(countTypes(documents as never)).rejects.toThrow(/wordsOf/);
  });

  it('reports what it has counted, and stops when it is told to', async () => {
    const reports: object[] = [];
    await countTypes([['潮水', '退了']], { onProgress: (progress) => reports.push(progress) });
    expect(reports.at(-1)).toEqual({ documents: 1, tokens: 2 });
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    function* endless() {
      for (;;) yield ['潮水', '退了'];
    }
    const counting = countTypes(endless(), { onProgress, signal: controller.signal });
    await expect(counting).rejects.toMatchObject({ name: 'AbortError' });
    await expect(countTypes([], { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('frequentTypes', () => {
  const frequencies = new Map([
    ['乙', 2],
    ['丙', 1],
    ['甲', 2],
    ['丁', 3],
  ]);

  it('orders types by how often they occur, equals by code unit', () => {
    expect(frequentTypes({ frequencies })).toEqual(['丁', '乙', '甲', '丙']);
    const reversed = new Map([...frequencies].reverse());
    expect(frequentTypes({ frequencies: reversed })).toEqual(['丁', '乙', '甲', '丙']);
  });

  it('cuts off what is too rare, and what is too much', () => {
    expect(frequentTypes({ frequencies }, { minFrequency: 2 })).toEqual(['丁', '乙', '甲']);
    expect(frequentTypes({ frequencies }, { maxTypes: 2 })).toEqual(['丁', '乙']);
    expect(frequentTypes({ frequencies }, { minFrequency: 4 })).toEqual([]);
    expect(frequentTypes({ frequencies: new Map() })).toEqual([]);
  });

  it('refuses limits below 1 and misspelt options', () => {
    expect(() => frequentTypes({ frequencies }, { minFrequency: 0 })).toThrow(ConfigError);
    expect(() => frequentTypes({ frequencies }, { maxTypes: Number.NaN })).toThrow(/maxTypes is NaN/);
    expect(() => frequentTypes({ frequencies }, { maxType: 3 } as never)).toThrow(/mean maxTypes/);
  });
});
