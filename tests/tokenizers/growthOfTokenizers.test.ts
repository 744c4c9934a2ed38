// No text takes a tokenizer more than linear time. Models count what they look at; for whole tokenizers seconds are taken,
// with so much to spare that only growth can pass the limit.

import {
  createCharacterTokenizer,
  createCpm2Tokenizer,
  createElmoCharacterIndexer,
  createGpt1Tokenizer,
  createSentencePieceTokenizer,
  createUnigramTokenizer,
  createWordTokenizer,
  type Model,
  type Tokenizer,
  tokenizerFromJson,
} from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { readBpe } from '../../src/tokenizers/models/bpe.js';
import { LongestMatch } from '../../src/tokenizers/models/longestMatch.js';
import { unigramModel } from '../../src/tokenizers/models/unigram.js';
import { wordPieceModel } from '../../src/tokenizers/models/wordPiece.js';
import { PieceBuffer } from '../../src/tokenizers/pieceBuffer.js';
import { readVocabulary } from '../../src/tokenizers/vocabulary.js';
import { timesToRun } from '../support/nightly.js';
import { bert, gpt2, readFixture, readZipped, vocabularyOf } from './fixtures.js';

const vocab = ['<unk>', 'a', 'aa', 'aaa', 'aaaaaaaa', 'b', 'ab', '##a', '##aa', '##b', '##ab', '潮', '潮水', '▁', '▁▁'];
const pieces = vocab.map((piece, index) => [piece, -1 - (index % 5)] as const);
const merges = ['a a', 'aa a', 'a b', '▁ ▁', '潮 水'];
const bpeVocabulary = readVocabulary([...vocab, '水', 'aab', 'aaaa'], 'test');

type CountedModel = Model & { readonly operations: number };
const models: [name: string, create: () => CountedModel][] = [
  ['WordPiece', () => wordPieceModel({ vocab, unknownToken: '<unk>', maxCharactersPerWord: 1e9 }) as CountedModel],
  ['Unigram', () => unigramModel({ pieces, unknownToken: '<unk>' }) as CountedModel],
  ['plain BPE', () => readBpe(bpeVocabulary, { merges, unknownToken: '<unk>' }, 'test')],
  ['longest match', () => new LongestMatch(readVocabulary(vocab, 'test'), 0, 1e9)],
];
const runs = ['a', 'ab', ' ', '▁', '潮', '潮水', '7', '\u0301', '😀'];

describe.each(models)('%s', (_, create) => {
  it.each(runs)('takes at most 2.5 times as long for twice as much of %j', (text) => {
    const operations = (length: number) => {
      const model = create();
      const word = text.repeat(length);
      model.encodeWord(word, 0, word.length, new PieceBuffer());
      expect(model.operations).toBeGreaterThan(0);
      return model.operations;
    };
    for (const length of [1000, 20_000]) expect(operations(2 * length) / operations(length)).toBeLessThanOrEqual(2.5);
  });
});

const RUNS = [
  ...['a', ' ', '_', '潮', '7', '\n', '<', '[', 'é', '😀', 'Aa', '潮水 ', '\r\n', 'क्', '\ud800'],
  ...['\u0301', '\u0301\u0323', '\u200d', '🇹🇼', '\u1100\u1161', '<|', '[SEP', '<0x'],
];

const spaces = { segment: (text: string) => [{ start: 0, end: text.length, isWord: true }] };
const tokenizers: [name: string, create: () => Tokenizer][] = [
  ['GPT-2', gpt2],
  ['BERT', () => bert('bert-base-uncased')],
  ['cased BERT', () => bert('bert-base-cased', { lowercase: false })],
  ['Chinese BERT', () => bert('bert-base-chinese', { lowercase: false })],
  [
    'GPT-1',
    () =>
      createGpt1Tokenizer({ vocab: readFixture('tiny-gpt1/vocab.json'), merges: readFixture('tiny-gpt1/merges.txt') }),
  ],
  ['T5', () => createSentencePieceTokenizer(readZipped('tiny-t5/spiece.model'), { extraIds: 8 })],
  ["T5, read as Hugging Face's tokenizers read it", t5OfGraphemes],
  ['Unigram', () => createUnigramTokenizer({ pieces, unknownToken: '<unk>' })],
  ['CPM-2', () => createCpm2Tokenizer({ vocab, segmenter: spaces })],
  ['characters', () => createCharacterTokenizer({ vocab: ['<unk>', 'a', '潮'], unknownToken: '<unk>' })],
  ['words', () => createWordTokenizer({ vocab, unknownToken: '<unk>', lowercase: true })],
  ['RoBERTa, with spaces before texts', () => fromGpt2({ pre_tokenizer: byteLevel(true) })],
  ['byte-level BPE after NFC', () => fromGpt2({ normalizer: { type: 'NFC' } })],
  [
    'byte-level BPE after an expression',
    () => fromGpt2({ pre_tokenizer: { type: 'Sequence', pretokenizers: [SPLIT, byteLevel(false, false)] } }),
  ],
  ['BPE after every normalizer', () => fromGpt2({ normalizer: { type: 'Sequence', normalizers: NORMALIZERS } })],
];
const SPLIT = {
  type: 'Split',
  pattern: {
    Regex: '[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
  },
  behavior: 'Isolated',
  invert: false,
};
const NORMALIZERS = [
  { type: 'Strip', strip_left: true, strip_right: true },
  { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
  ...['NFKC', 'NFD', 'StripAccents', 'Lowercase', 'Nmt'].map((type) => ({ type })),
];

function byteLevel(addPrefixSpace: boolean, useRegex = true): object {
  return { type: 'ByteLevel', add_prefix_space: addPrefixSpace, trim_offsets: true, use_regex: useRegex };
}

function fromGpt2(changes: object): Tokenizer {
  return tokenizerFromJson({ ...(JSON.parse(gpt2().toJson()) as object), ...changes });
}

/** T5's tokenizer with the parts that its tokenizer.json has. */
function t5OfGraphemes(): Tokenizer {
  const file = JSON.parse(createSentencePieceTokenizer(readZipped('tiny-t5/spiece.model')).toJson()) as {
    normalizer: { normalizers: { precompiled_charsmap: string }[] };
  };
  const { precompiled_charsmap } = file.normalizer.normalizers[0]!;
  const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true };
  return tokenizerFromJson({
    ...file,
    normalizer: { type: 'Precompiled', precompiled_charsmap },
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace] },
  });
}

/** UTF-16 code units, and milliseconds that leave linear time tens of times as long as it takes. */
const [LENGTH, LIMIT] = [
  timesToRun({ always: 2 ** 16, nightly: 2 ** 20 }),
  timesToRun({ always: 4000, nightly: 60_000 }),
];

describe.each(tokenizers)('%s', (_, create) => {
  it('encodes a long run of anything in linear time', { timeout: 30 * LIMIT }, () => {
    const tokenizer = create();
    for (const text of RUNS) {
      const long = text.repeat(LENGTH / text.length);
      const begin = performance.now();
      tokenizer.encode(`x${long}y`);
      expect(performance.now() - begin, JSON.stringify(text)).toBeLessThan(LIMIT);
    }
  });

  it('encodes many long words in linear time', { timeout: 2 * LIMIT }, () => {
    const tokenizer = create();
    const words = Array.from({ length: LENGTH / 100 }, (_, index) => `${'aab'.repeat(31)}${index}`).join(' ');
    const begin = performance.now();
    tokenizer.encode(words);
    expect(performance.now() - begin).toBeLessThan(LIMIT);
  });
});

it("indexes the characters of ELMo's words in linear time", () => {
  const begin = performance.now();
  for (const text of RUNS) createElmoCharacterIndexer().index([[text.repeat(LENGTH / text.length), text]]);
  expect(performance.now() - begin).toBeLessThan(LIMIT);
});

it('finds thousands of added tokens in linear time', () => {
  const file = JSON.parse(gpt2().toJson()) as { added_tokens: object[] };
  for (let index = 0; index < 5000; index++) {
    const content = `<token_${index}>`;
    file.added_tokens.push({
      id: 50_257 + index,
      content,
      special: false,
      single_word: false,
      lstrip: false,
      rstrip: false,
    });
  }
  const tokenizer = tokenizerFromJson(file);
  const text = '<token_4999><token_ '.repeat(20_000);
  const begin = performance.now();
  expect(tokenizer.encode(text).ids.filter((id) => id === 50_257 + 4999)).toHaveLength(20_000);
  expect(performance.now() - begin).toBeLessThan(10_000);
  expect(vocabularyOf('bert-base-uncased')).toHaveLength(30_522);
});
