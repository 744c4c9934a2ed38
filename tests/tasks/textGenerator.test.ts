import { memory } from '@tensorflow/tfjs-core';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import { textGenerator } from 'sesame-nlp/tasks';
import { createCharacterTokenizer, type Tokenizer, trainByteLevelBpeTokenizer } from 'sesame-nlp/tokenizers';
import { beforeAll, describe, expect, test } from 'vitest';
import { cycle, MarkovChain } from '../generation/tinyModels.js';
import { collect } from '../support/collect.js';

const letters = createCharacterTokenizer({ vocab: [...'abcdef'] });
const greedy = { temperature: 0 } as const;

describe('with characters', () => {
  const write = textGenerator({ model: cycle(6), tokenizer: letters, ...greedy, maxNewTokens: 8 });

  test('text goes in and the text that follows comes out', async () => {
    expect(await write('ab')).toBe('cdefabcd');
    expect(await write(['ab', 'f'], { maxNewTokens: 3 })).toEqual(['cde', 'abc']);
    expect(await write([])).toEqual([]);
    expect((await collect(write.stream('ab'))).join('')).toBe('cdefabcd');
  });

  test('a stop string ends the text before it, whatever tokens it is made of', async () => {
    for (const [stop, text] of [
      ['fa', 'cde'],
      [['ab', 'de'], 'c'],
      ['c', ''],
      [['ef', 'defa'], 'cd'], // the one that is complete first
      ['dc', 'cdefabcd'],
      ['cde!', 'cdefabcd'],
      [[], 'cdefabcd'],
    ] as const) {
      expect(await write('ab', { stop }), String(stop)).toBe(text);
      expect(await write(['ab', 'ab'], { stop })).toEqual([text, text]);
      expect((await collect(write.stream('ab', { stop }))).join('')).toBe(text);
    }
  });

  test('token stops and string stops work side by side', async () => {
    const id = (letter: string) => letters.tokenToId(letter)!;
    const options = { stop: 'fab', stopSequences: [[id('d'), id('e'), id('b')]] };
    expect(await write('ab', options)).toBe('cde');
    const stopSequences = [[id('e'), id('f')]];
    expect(await write('ab', { stop: 'fab', stopSequences })).toBe('cd');
    expect((await collect(write.stream('ab', { stop: 'fab', stopSequences }))).join('')).toBe('cd');
    expect(await write('ab', { stop: 'fab', stopWhen: (ids) => ids.length === 2 })).toBe('cd');
  });

  test('text that may begin a stop string waits until it is decided', async () => {
    const pieces = await collect(write.stream('ab', { stop: 'dez', maxNewTokens: 5 }));
    expect(pieces).toEqual(['c', 'def', 'a']);
  });

  test('options of a call replace those for all calls', async () => {
    const stopping = textGenerator({ model: cycle(6), tokenizer: letters, ...greedy, stop: 'e', maxNewTokens: 4 });
    expect(await stopping('a')).toBe('bcd');
    expect(await stopping('a', { stop: 'c' })).toBe('b');
    expect(await stopping('a', { stop: undefined, maxNewTokens: 6 })).toBe('bcdefa');
  });

  test('rows of the model beyond the vocabulary are never chosen', async () => {
    const wide = new MarkovChain(Array.from({ length: 8 }, () => [0.01, 0, 0, 0, 0, 0, 0.5, 0.49]));
    expect(await textGenerator({ model: wide, tokenizer: letters, maxNewTokens: 3, seed: 1 })('b')).toBe('aaa');
  });

  test('leaving a stream frees everything', async () => {
    const count = memory().numTensors;
    for await (const _ of write.stream('a', { maxNewTokens: Number.POSITIVE_INFINITY })) break;
    await collect(write.stream('a', { stop: 'd' }));
    expect(memory().numTensors).toBe(count);
  });

  test('what cannot work is refused', async () => {
    expect(() => textGenerator({ model: cycle(5), tokenizer: letters })).toThrow(/6 tokens, and the model 5/);
    // @ts-expect-error a misspelt option
    expect(() => textGenerator({ model: cycle(6), tokenizer: letters, maxNewToken: 5 })).toThrow(/maxNewTokens/);
    await expect(write('')).rejects.toThrow(ShapeError);
    await expect(write('a', { stop: '' })).rejects.toThrow(ConfigError);
    // @ts-expect-error a misspelt option
    await expect(write('a', { stops: 'b' })).rejects.toThrow(/Did you mean stop/);
    expect(() => write.stream('')).toThrow(/prompt is empty/);
    expect(() => write.stream('a', { topK: 0 })).toThrow(/topK/);
  });
});

describe('with bytes', () => {
  let bytes: Tokenizer; // no merges: each token is one byte
  let endOfText: number;
  beforeAll(async () => {
    bytes = await trainByteLevelBpeTokenizer(['潮水退了 🌊'], { vocabSize: 257, specialTokens: ['<|endoftext|>'] });
    endOfText = bytes.specialTokens.get('<|endoftext|>')!;
  });
  const idsOf = (text: string) => bytes.encode(text).ids;

  /** A stand-in that writes one text: the next token follows from how many tokens there are. */
  const writer = (ids: readonly number[], promptLength: number) => {
    const model = cycle(bytes.vocabSize);
    const logitsProcessors = [
      (logits: Float32Array, { tokenIds }: { tokenIds: readonly number[] }) => {
        logits.fill(Number.NEGATIVE_INFINITY);
        logits[ids[(tokenIds.length - promptLength) % ids.length]!] = 0;
      },
    ];
    return textGenerator({ model, tokenizer: bytes, logitsProcessors });
  };

  test('a stream is never cut inside a character', async () => {
    const text = '潮水🌊了';
    const ids = idsOf(text);
    expect(ids.length).toBe(13);
    const write = writer(ids, 1);
    expect(await collect(write.stream('a', { maxNewTokens: 13 }))).toEqual(['潮', '水', '🌊', '了']);
    // The last character has two of its four bytes.
    expect(await collect(write.stream('a', { maxNewTokens: 8 }))).toEqual(['潮', '水']);
    expect(await write('a', { maxNewTokens: 8 })).toBe('潮水');
    expect(await write('a', { maxNewTokens: 13, stop: '🌊' })).toBe('潮水');
  });

  test('a text ends at <|endoftext|>, which the empty prompt begins with', async () => {
    const write = writer([...idsOf('ok'), endOfText, ...idsOf('no')], 1);
    expect(await write('')).toBe('ok');
    expect(await write('x')).toBe('ok');
    expect(await write('x', { eosTokenId: [], maxNewTokens: 5 })).toBe('okno'); // special tokens are no text
    expect((await collect(write.stream(''))).join('')).toBe('ok');
  });

  test('a special token spelt in the prompt is text', async () => {
    const write = writer(idsOf('!'), '<|endoftext|>'.length);
    expect(await write('<|endoftext|>', { maxNewTokens: 2 })).toBe('!!');
  });
});
