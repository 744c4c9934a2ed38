import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import { type TokenizerTrainingProgress, tokenizerFromJson, trainByteLevelBpeTokenizer } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { readFixture } from './fixtures.js';

const trained = JSON.parse(readFixture('trained/expected.json')) as { corpus: string[]; tokenizer: string };

interface TokenizerFile {
  model: { vocab: Record<string, number>; merges: [string, string][] };
}

describe('trainByteLevelBpeTokenizer', () => {
  it("learns the merges that Hugging Face's trainer learns, ties included", async () => {
    const expected = (JSON.parse(trained.tokenizer) as TokenizerFile).model;
    const tokenizer = await trainByteLevelBpeTokenizer(trained.corpus, { vocabSize: 450, specialTokens: [] });
    const model = (JSON.parse(tokenizer.toJson()) as TokenizerFile).model;
    expect(expected.merges.length).toBeGreaterThan(100);
    expect(model.merges).toEqual(expected.merges);
    expect(model.vocab).toEqual(expected.vocab);
  });

  it('learns the most frequent pair first, of equals the one of smaller ids', async () => {
    // In a run of three only two pairs do not overlap, but both are counted: aa 4, then Ġb and bc 3 each.
    const tokenizer = await trainByteLevelBpeTokenizer('aaa aaa bc bc bc', { vocabSize: 259, specialTokens: [] });
    expect([256, 257, 258].map((id) => tokenizer.idToToken(id))).toEqual(['aa', 'bc', 'Ġbc']);
    expect(tokenizer.encode('aaa bc').tokens).toEqual(['aa', 'a', 'Ġbc']);
  });

  it('takes a string, strings, and strings that arrive over time, alike', async () => {
    async function* arriving() {
      for (const text of trained.corpus) {
        await new Promise((resolve) => setTimeout(resolve));
        yield text;
      }
    }
    const options = { vocabSize: 320 };
    const [fromArray, fromSet, fromStream] = await Promise.all([
      trainByteLevelBpeTokenizer(trained.corpus, options),
      trainByteLevelBpeTokenizer(new Set(trained.corpus), options),
      trainByteLevelBpeTokenizer(arriving(), options),
    ]);
    expect(fromSet.toJson()).toBe(fromArray.toJson());
    expect(fromStream.toJson()).toBe(fromArray.toJson());
    const whole = await trainByteLevelBpeTokenizer('潮水 潮水', options);
    expect(whole.toJson()).toBe((await trainByteLevelBpeTokenizer(['潮水 潮水'], options)).toJson());
  });

  it('counts tokens of English and Chinese alike, and gives back both', async () => {
    const tokenizer = await trainByteLevelBpeTokenizer(['潮水 tide '.repeat(20)], { vocabSize: 400 });
    expect(tokenizer.encode('潮水 tide').tokens).toHaveLength(2);
    const text = '潮水退了就知道誰 😀 tide';
    expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text);
  });

  it('puts the special tokens last, and never merges text into one', async () => {
    const corpus = 'end end end end';
    const tokenizer = await trainByteLevelBpeTokenizer(corpus, { vocabSize: 300, specialTokens: ['<pad>', 'end'] });
    expect([...tokenizer.specialTokens.values()]).toEqual([tokenizer.vocabSize - 2, tokenizer.vocabSize - 1]);
    expect(tokenizer.encode(corpus).tokens).not.toContain('end');
    expect(tokenizer.decode(tokenizer.encode(corpus).ids)).toBe(corpus);
  });

  it('survives a second spelling of one token', async () => {
    // ab + c and a + bc both spell abc here, whichever pair is merged first.
    const corpus = ['abc', 'ab', 'ab', 'bcx', 'bcx', 'bcx', 'xabc', 'abcabc', 'bcbc', 'aabcc', 'abcbcab'];
    const tokenizer = await trainByteLevelBpeTokenizer(corpus, { vocabSize: 400, minFrequency: 1 });
    for (const text of corpus) expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text);
    expect(tokenizerFromJson(tokenizer.toJson()).toJson()).toBe(tokenizer.toJson());
  });

  it('stops early where no pair occurs often enough', async () => {
    const tokenizer = await trainByteLevelBpeTokenizer('abcd', { vocabSize: 1000 });
    expect(tokenizer.vocabSize).toBe(257);
    expect((await trainByteLevelBpeTokenizer('abcd', { vocabSize: 1000, minFrequency: 1 })).vocabSize).toBe(260);
  });

  it('keeps names of Object.prototype that it learns', async () => {
    const corpus = Array<string>(9).fill('__proto__ constructor toString');
    const tokenizer = await trainByteLevelBpeTokenizer(corpus, { vocabSize: 400 });
    expect(tokenizer.encode(' constructor').tokens).toEqual(['Ġconstructor']);
    expect(tokenizer.decode(tokenizer.encode(corpus[0]!).ids)).toBe(corpus[0]);
    expect(tokenizerFromJson(tokenizer.toJson()).encode(corpus[0]!).ids).toEqual(tokenizer.encode(corpus[0]!).ids);
  });

  it('refuses an empty corpus and impossible sizes', async () => {
    await expect(trainByteLevelBpeTokenizer('', { vocabSize: 300 })).rejects.toThrow(TokenizerError);
    await expect(trainByteLevelBpeTokenizer(['', ''], { vocabSize: 300 })).rejects.toThrow(/corpus is empty/);
    await expect(trainByteLevelBpeTokenizer('a', { vocabSize: 256 })).rejects.toThrow(/at least 257/);
    await expect(trainByteLevelBpeTokenizer('a', { vocabSize: 300.5 })).rejects.toThrow(ConfigError);
    await expect(trainByteLevelBpeTokenizer('a', { vocabSize: Number.NaN })).rejects.toThrow(ConfigError);
    await expect(trainByteLevelBpeTokenizer('a', { vocabSize: 300, minFrequency: 0 })).rejects.toThrow(ConfigError);
    await expect(trainByteLevelBpeTokenizer('a', { vocabsize: 300 } as never)).rejects.toThrow(/vocabSize/);
    expect((await trainByteLevelBpeTokenizer('a', { vocabSize: 257 })).vocabSize).toBe(257);
  });

  it('reports how far it has come', async () => {
    const reports: TokenizerTrainingProgress[] = [];
    const onProgress = (progress: TokenizerTrainingProgress) => reports.push(progress);
    await trainByteLevelBpeTokenizer(trained.corpus, { vocabSize: 300, onProgress });
    const length = trained.corpus.join('').length;
    expect(reports).toContainEqual({ phase: 'count', done: length, total: length });
    expect(reports.at(-1)).toEqual({ phase: 'merge', done: 43, total: 43 });
  });

  it('gives others a turn, and stops promptly when it is told to', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const controller = new AbortController();
    const reason = new Error('enough');
    let aborted = 0;
    setTimeout(() => {
      aborted = performance.now();
      controller.abort(reason);
    }, 100);
    function* endless() {
      for (let i = 0; ; i++) yield `word${i} 潮水${i} `;
    }
    const training = trainByteLevelBpeTokenizer(endless(), { vocabSize: 5000, signal: controller.signal });
    await expect(training).rejects.toBe(reason);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
    expect(performance.now() - aborted).toBeLessThan(1000);
  });

  it('does not wait for a string that never comes once it is told to stop', async () => {
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
    const training = trainByteLevelBpeTokenizer(corpus, { vocabSize: 300, signal: controller.signal });
    await expect(training).rejects.toMatchObject({ name: 'AbortError' });
    expect(returned).toBe(true);
  });

  it('closes its source when a string of it is no text', async () => {
    let closed = false;
    async function* source() {
      try {
        yield 'a';
        yield 5 as unknown as string;
      } finally {
        closed = true;
      }
    }
    const { signal } = new AbortController();
    await expect(trainByteLevelBpeTokenizer(source(), { vocabSize: 300, signal })).rejects.toThrow(ConfigError);
    expect(closed).toBe(true);
  });

  it('refuses special tokens and templates that cannot be before it reads the corpus', async () => {
    const unread = {
      [Symbol.iterator]: (): Iterator<string> => {
        throw new Error('the corpus was read');
      },
    };
    const train = (options: object) => trainByteLevelBpeTokenizer(unread, { vocabSize: 300, ...options });
    await expect(train({ specialTokens: ['<s>', '<s>'] })).rejects.toThrow(TokenizerError);
    await expect(train({ specialTokens: ['!'] })).rejects.toThrow(/spells a byte/);
    await expect(train({ template: { single: '<none> $A' } })).rejects.toThrow(/<none>/);
  });

  it('stops while it learns merges too', async () => {
    const controller = new AbortController();
    const onProgress = ({ phase }: TokenizerTrainingProgress) => {
      if (phase === 'merge') controller.abort();
    };
    const corpus = Array.from({ length: 20_000 }, (_, i) => `${(i * 7919) % 10_007}x${(i * 31) % 997}y `);
    const training = trainByteLevelBpeTokenizer(corpus, { vocabSize: 50_000, onProgress, signal: controller.signal });
    await expect(training).rejects.toMatchObject({ name: 'AbortError' });
  });
});
