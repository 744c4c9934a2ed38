import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import {
  createIntlSegmenter,
  createWhitespaceSegmenter,
  type DictionaryTrainingProgress,
  trainDictionarySegmenter,
  type WordSegmenter,
} from 'sesame-nlp/segmentation';
import { describe, expect, it } from 'vitest';
import { piecesOf } from './fixtures.js';

describe('trainDictionarySegmenter', () => {
  it('learns words that stand apart in the corpus', async () => {
    const corpus = ['潮水 退了 就 知道 誰', '潮水 漲了 ， 就 退了'];
    const options = { segmenter: createWhitespaceSegmenter(), minFrequency: 1 };
    const segmenter = await trainDictionarySegmenter(corpus, options);
    expect([...segmenter.words()]).toEqual([
      ['就', 2],
      ['漲了', 1],
      ['潮水', 2],
      ['知道', 1],
      ['誰', 1],
      ['退了', 2],
    ]);
    expect(piecesOf(segmenter, '潮水退了就知道誰，潮水漲了')).toEqual([
      ...['潮水', '退了', '就', '知道', '誰', '，', '潮水', '漲了'],
    ]);
  });

  it("learns the words that the engine's segmenter finds, and cuts as it does", async () => {
    const text = '潮水退了就知道誰';
    const segmenter = await trainDictionarySegmenter(text, { minFrequency: 1 });
    expect(piecesOf(segmenter, text)).toEqual(piecesOf(createIntlSegmenter(), text));
  });

  it('leaves out what occurs too seldom, and keeps the most frequent words, of equals the first ones', async () => {
    const words = async (options: object) => {
      const corpus = '乙 丙 甲 丁 丁 丙 乙 甲 丁 戊';
      const segmenter = await trainDictionarySegmenter(corpus, { segmenter: createWhitespaceSegmenter(), ...options });
      return Array.from(segmenter.words(), ([word]) => word).join('');
    };
    expect(await words({})).toBe('丁丙乙甲'); // in order of code unit
    expect(await words({ minFrequency: 1 })).toBe('丁丙乙戊甲');
    expect(await words({ minFrequency: 3 })).toBe('丁');
    expect(await words({ maxWords: 2 })).toBe('丁丙'); // 丁 3 times; 丙, 乙 and 甲 twice
    expect(await words({ minFrequency: 1, maxWords: 4 })).toBe('丁丙乙甲');
  });

  it('learns no word that is kept together anyway, or that no dictionary can hold', async () => {
    const long = '潮'.repeat(65);
    const corpus = `tide tide 2024 2024 T恤 T恤 ${long} ${long} 潮\ud800 潮\ud800 ， ，`;
    const segmenter = await trainDictionarySegmenter(corpus, { segmenter: createWhitespaceSegmenter() });
    expect([...segmenter.words()]).toEqual([['T恤', 2]]);
    expect(piecesOf(segmenter, 'riptide的T恤')).toEqual(['riptide', '的', 'T恤']);
  });

  it('takes a text, texts, and texts that arrive over time, alike', async () => {
    const texts = ['潮水 退了\n', '潮水 知道\n'];
    async function* arriving() {
      for (const text of texts) {
        await new Promise((resolve) => setTimeout(resolve));
        yield text;
      }
    }
    const trained = await Promise.all(
      [texts.join(''), texts, new Set(texts), arriving()].map((corpus) =>
        trainDictionarySegmenter(corpus, { segmenter: createWhitespaceSegmenter(), minFrequency: 1 }),
      ),
    );
    for (const segmenter of trained) expect([...segmenter.words()]).toEqual([...trained[0]!.words()]);
    expect([...trained[0]!.words()]).toHaveLength(3);
  });

  it('counts words with names of Object.prototype', async () => {
    const corpus = '__proto__字 constructor字 __proto__字 constructor字';
    const segmenter = await trainDictionarySegmenter(corpus, { segmenter: createWhitespaceSegmenter() });
    expect([...segmenter.words()]).toEqual([
      ['__proto__字', 2],
      ['constructor字', 2],
    ]);
  });

  it('takes a segmenter of your own', async () => {
    const pairs: WordSegmenter = {
      *segment(text) {
        for (let start = 0; start < text.length; start += 2) yield { start, end: start + 2, isWord: true };
      },
    };
    const segmenter = await trainDictionarySegmenter('甲乙丙丁甲乙', { segmenter: pairs });
    expect([...segmenter.words()]).toEqual([['甲乙', 2]]);
  });

  it('reports how far it has come', async () => {
    const reports: DictionaryTrainingProgress[] = [];
    const corpus = ['潮水退了。'.repeat(5000), '潮水'];
    await trainDictionarySegmenter(corpus, { onProgress: (progress) => reports.push(progress) });
    expect(reports.length).toBeGreaterThan(1);
    expect(reports[0]!.done).toBeLessThan(25_002);
    expect(reports.at(-1)).toEqual({ done: 25_002, total: 25_002 });
  });

  it('gives others a turn, and stops promptly when it is told to', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let aborted = 0;
    setTimeout(() => {
      aborted = performance.now();
      controller.abort(reason);
    }, 50);
    function* endless() {
      for (;;) yield '潮水退了就知道誰。';
    }
    const training = trainDictionarySegmenter(endless(), { signal: controller.signal });
    await expect(training).rejects.toBe(reason);
    expect(performance.now() - aborted).toBeLessThan(1000);
  });

  it('does not wait for a text that never comes once it is told to stop', async () => {
    const controller = new AbortController();
    let returned = false;
    const corpus: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => setTimeout(() => controller.abort(), 5)),
        return: () => {
          returned = true;
          return Promise.resolve({ done: true as const, value: undefined });
        },
      }),
    };
    const training = trainDictionarySegmenter(corpus, { signal: controller.signal });
    await expect(training).rejects.toMatchObject({ name: 'AbortError' });
    expect(returned).toBe(true);
    await expect(trainDictionarySegmenter('潮', { signal: controller.signal })).rejects.toThrow(/abort/);
  });

  it('says what a corpus lacks', async () => {
    await expect(trainDictionarySegmenter('')).rejects.toThrow(TokenizerError);
    await expect(trainDictionarySegmenter(['The tide', ''])).rejects.toThrow(/no word that needs a dictionary/);
    await expect(trainDictionarySegmenter('潮水退了')).rejects.toThrow(/occurs 2 times.*minFrequency/s);
    await expect(trainDictionarySegmenter([5 as never])).rejects.toThrow(ConfigError);
    await expect(trainDictionarySegmenter(null as never)).rejects.toThrow(/corpus is or holds null/);
    await expect(trainDictionarySegmenter('潮', { minFrequency: 0 })).rejects.toThrow(ConfigError);
    await expect(trainDictionarySegmenter('潮', { maxWords: Number.NaN })).rejects.toThrow(/maxWords is NaN/);
    await expect(trainDictionarySegmenter('潮', { minfrequency: 1 } as never)).rejects.toThrow(/mean minFrequency/);
  });
});
