import fc from 'fast-check';
import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import {
  bertNormalizer,
  bertPreTokenizer,
  createTokenizer,
  createWordPieceTokenizer,
  type EncodeOptions,
  type Encoding,
  MappedText,
  type Tokenizer,
  tokenizerFromJson,
  whitespaceSplitPreTokenizer,
  wordPieceModel,
} from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { createEncoding } from '../../src/tokenizers/encoding.js';
import { MappedEncoder } from '../../src/tokenizers/mappedEncoder.js';
import { PieceBuffer } from '../../src/tokenizers/pieceBuffer.js';
import { timesToRun } from '../support/nightly.js';
import { anyText, bert, type ExpectedEncoding, readFixture, vocabularyOf, wellFormedText } from './fixtures.js';

interface BertSettings {
  do_lower_case?: boolean;
  strip_accents?: boolean | null;
  tokenize_chinese_chars?: boolean;
  never_split?: string[];
}

interface ExpectedBert {
  settings: BertSettings;
  items: ExpectedEncoding[];
  special?: ExpectedEncoding[];
  encode?: {
    text: string;
    pair: string | null;
    max_length: number | null;
    truncation: 'longest_first' | 'only_first' | 'only_second';
    padding: string | boolean;
    input_ids: number[];
    token_type_ids: number[];
    attention_mask: number[];
  }[];
  decode?: { ids: number[]; skip_special_tokens: boolean; text: string; text_no_cleanup: string }[];
  final_sigma?: { text: string; by_character: string[] };
}

const read = (path: string) => JSON.parse(readFixture(path)) as ExpectedBert;
const optionsOf = ({ do_lower_case, strip_accents, tokenize_chinese_chars, never_split }: BertSettings) => ({
  ...(do_lower_case !== undefined && { lowercase: do_lower_case }),
  ...(typeof strip_accents === 'boolean' && { stripAccents: strip_accents }),
  ...(tokenize_chinese_chars !== undefined && { splitHan: tokenize_chinese_chars }),
  ...(never_split !== undefined && { neverSplit: never_split }),
});

const TRUNCATIONS = { longest_first: 'longestFirst', only_first: 'onlyFirst', only_second: 'onlySecond' } as const;

const models = [
  ['bert-base-uncased', 'bert-base-uncased/expected.json'],
  ['bert-base-cased', 'bert-base-cased/expected.json'],
  ['bert-base-chinese', 'bert-base-chinese/expected.json'],
  ['bert-base-chinese', 'bert-base-chinese/expected-lower.json'],
] as const;

describe.each(models)('the tokenizer of %s, as %s has it', (folder, path) => {
  const expected = read(path);
  const tokenizer = bert(folder, optionsOf(expected.settings));

  it('encodes every reference text as the reference does', () => {
    expect(expected.items.length).toBeGreaterThan(100);
    for (const { text, tokens, ids } of expected.items) {
      const encoding = tokenizer.encode(text, { addSpecialTokens: false });
      expect({ text, tokens: encoding.tokens, ids: encoding.ids }).toEqual({ text, tokens, ids });
    }
  });

  it('finds special tokens in text on request, as the reference does', () => {
    for (const { text, tokens, ids } of expected.special ?? []) {
      const encoding = tokenizer.encode(text, { addSpecialTokens: false, parseSpecialTokens: true });
      expect({ text, tokens: encoding.tokens, ids: encoding.ids }).toEqual({ text, tokens, ids });
    }
  });

  it('joins, cuts and pads texts and pairs as the reference does', () => {
    for (const { text, pair, max_length, truncation, padding, ...rest } of expected.encode ?? []) {
      const options: EncodeOptions = {
        truncation: TRUNCATIONS[truncation],
        ...(pair !== null && { pair }),
        ...(max_length !== null && { maxLength: max_length }),
        ...(padding === 'max_length' && { padTo: max_length! }),
      };
      const { ids, typeIds, attentionMask } = tokenizer.encode(text, options);
      const found = { input_ids: ids, token_type_ids: typeIds, attention_mask: attentionMask };
      expect({ text, options, ...found }).toEqual({ text, options, ...rest });
    }
  });

  it('decodes as the reference does', () => {
    for (const { ids, skip_special_tokens, text } of expected.decode ?? []) {
      expect(tokenizer.decode(ids, { skipSpecialTokens: skip_special_tokens })).toBe(text);
    }
  });

  it('lower-cases a final sigma character by character', () => {
    if (expected.final_sigma === undefined) return;
    const { text, by_character } = expected.final_sigma;
    expect(tokenizer.encode(text, { addSpecialTokens: false }).tokens).toEqual(by_character);
  });

  it('encodes as its parts do when nothing is cut up or remembered', () => {
    const { lowercase = true, stripAccents, splitHan = true } = optionsOf(expected.settings);
    const exact = new MappedEncoder({
      normalizer: bertNormalizer({ lowercase, splitHan, ...(stripAccents !== undefined && { stripAccents }) }),
      preTokenizer: bertPreTokenizer(),
      model: wordPieceModel({ vocab: vocabularyOf(folder) }).excluding!(new Set(tokenizer.specialTokens.values())),
      addedTokens: undefined,
    });
    const pieces = new PieceBuffer();
    fc.assert(
      fc.property(fc.oneof(anyText, hostileText), (text) => {
        pieces.clear();
        exact.encode(text, 0, text.length, pieces, false);
        const expected = createEncoding(
          pieces.take(),
          (id) => tokenizer.idToToken(id)!,
          () => [],
        );
        expect({ ...tokenizer.encode(text, { addSpecialTokens: false }) }).toEqual({ ...expected });
      }),
      { numRuns: timesToRun({ always: 2500, nightly: 250_000 }) },
    );
  });
});

/** What text is cut at, and what is dropped or changed, side by side. */
const hostileText = fc
  .array(
    fc.constantFrom(
      ...'Aé中!。 \t\n\u000b\u000c\u001c\u0085\u00a0\u00ad\u037e\u1fef\u2028\u200d\u3000\ufeff\ufffd\u0301\u0338\u20e3１ＡİΣß',
      '\ud800',
      '\udc00',
      '😀',
      '\u{20000}',
      '\u{e0001}',
      'Word',
      "don't",
      'e\u0301',
    ),
    { maxLength: 16 },
  )
  .map((parts) => parts.join(''));

describe('BERT’s words before they are spelt', () => {
  const { variants } = JSON.parse(readFixture('basic-tokenizer.json')) as {
    variants: { settings: BertSettings; items: [text: string, words: string[]][] }[];
  };
  it.each(variants.map((variant) => [JSON.stringify(variant.settings), variant] as const))(
    'are those of the reference: %s',
    (_, variant) => {
      const { neverSplit = [], ...options } = optionsOf(variant.settings);
      const normalizer = bertNormalizer({ ...options, neverSplit });
      const preTokenizer = bertPreTokenizer({ neverSplit });
      expect(variant.items.length).toBeGreaterThan(100);
      for (const [text, words] of variant.items) {
        const found = preTokenizer.preTokenize(normalizer.normalize(MappedText.of(text))).map((word) => word.text);
        expect({ text, words: found }).toEqual({ text, words });
      }
    },
  );
});

describe('wordPieceModel', () => {
  const fixture = JSON.parse(readFixture('wordpiece-tiny.json')) as {
    vocab: string[];
    max_input_chars_per_word: number;
    items: [text: string, tokens: string[]][];
  };
  it('spells words as the reference does', () => {
    const tokenizer = createTokenizer({
      preTokenizer: whitespaceSplitPreTokenizer(),
      model: wordPieceModel({ vocab: fixture.vocab, maxCharactersPerWord: fixture.max_input_chars_per_word }),
    });
    expect(fixture.items.length).toBeGreaterThan(5);
    for (const [text, tokens] of fixture.items) expect([text, tokenizer.encode(text).tokens]).toEqual([text, tokens]);
  });

  it('refuses a word that it cannot spell where the vocabulary has no unknown token', () => {
    const tokenizer = createTokenizer({ model: wordPieceModel({ vocab: ['a'] }) });
    expect(() => tokenizer.encode('b')).toThrow(TokenizerError);
    expect(tokenizer.encode('a').ids).toEqual([0]);
  });
});

describe('createWordPieceTokenizer', () => {
  const uncased = bert('bert-base-uncased');

  it('puts BERT’s template around texts and pairs', () => {
    const { tokens, typeIds, specialTokensMask, wordIds, offsets } = uncased.encode('Unbelievable!', { pair: '潮水' });
    expect(tokens).toEqual(['[CLS]', 'unbelievable', '!', '[SEP]', '[UNK]', '水', '[SEP]']);
    expect(typeIds).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect(specialTokensMask).toEqual([1, 0, 0, 1, 0, 0, 1]);
    expect(wordIds).toEqual([null, 0, 1, null, 0, 1, null]);
    expect(offsets).toEqual([
      [0, 0],
      [0, 12],
      [12, 13],
      [0, 0],
      [0, 1],
      [1, 2],
      [0, 0],
    ]);
  });

  it('gives offsets whose surface is the piece, but for case, accents and what is dropped', () => {
    const text = 'Ａ naïve Café\u0301, 한국 ﬁne 👩‍👩‍👧 中\u{20000}文 X\u0000Y';
    const { tokens, offsets } = uncased.encode(text, { addSpecialTokens: false });
    const surfaces = offsets.map(([start, end]) => text.slice(start, end));
    expect(surfaces).toContain('naïve');
    expect(surfaces).toContain('Café');
    expect(surfaces.filter((surface) => surface === '한').length).toBeGreaterThan(1); // the syllable falls apart
    expect(surfaces).toContain('\u{20000}');
    for (const [index, token] of tokens.entries()) {
      if (token === '[UNK]') continue;
      const plain = surfaces[index]!.normalize('NFD')
        .replace(/[\p{Mn}\p{Cc}\p{Cf}]/gu, '')
        .toLowerCase();
      expect(plain.includes(token.replace(/^##/, ''))).toBe(true);
    }
  });

  it('never makes a special token of text that spells one', () => {
    const special = new Set(uncased.specialTokens.values());
    special.delete(uncased.tokenToId('[UNK]')!);
    const parts = fc.constantFrom('[SEP]', '[CLS]', '[MASK]', '[PAD]', '[', 'SEP', ']', ' ', '中', 'é', '##');
    fc.assert(
      fc.property(fc.array(parts), (texts) => {
        const { ids } = uncased.encode(texts.join(''), { addSpecialTokens: false });
        expect(ids.some((id) => special.has(id))).toBe(false);
      }),
      { numRuns: 1000 },
    );
    const spaced = createTokenizer({
      preTokenizer: whitespaceSplitPreTokenizer(),
      model: wordPieceModel({ vocab: ['[UNK]', '[SEP]', 'a'] }),
      addedTokens: ['[UNK]', '[SEP]'],
    });
    expect(spaced.encode('a [SEP] a').tokens).toEqual(['a', '[UNK]', 'a']);
    expect(spaced.encode('a [SEP] a', { parseSpecialTokens: true }).tokens).toEqual(['a', '[SEP]', 'a']);
  });

  it('encodes a text that is joined at a special token as its parts', () => {
    const encode = (text: string) => uncased.encode(text, { addSpecialTokens: false, parseSpecialTokens: true }).ids;
    fc.assert(
      fc.property(wellFormedText, wellFormedText, (first, second) => {
        expect(encode(`${first}[SEP]${second}`)).toEqual([...encode(first), 102, ...encode(second)]);
      }),
      { numRuns: timesToRun({ always: 10_000, nightly: 1_000_000 }) },
    );
  });

  it('encodes a batch as text by text', () => {
    const plain = (encodings: Encoding[]) => encodings.map((encoding) => ({ ...encoding }));
    fc.assert(
      fc.property(fc.array(wellFormedText, { maxLength: 4 }), (texts) => {
        expect(plain(uncased.encodeBatch(texts))).toEqual(plain(texts.map((text) => uncased.encode(text))));
      }),
      { numRuns: 300 },
    );
  });

  it('survives toJson and tokenizerFromJson', () => {
    for (const tokenizer of [uncased, bert('bert-base-chinese', { lowercase: false, neverSplit: ['a.b'] })]) {
      const json = tokenizer.toJson();
      const again: Tokenizer = tokenizerFromJson(json);
      expect(again.toJson()).toBe(json);
      fc.assert(
        fc.property(wellFormedText, (text) => {
          expect({ ...again.encode(text) }).toEqual({ ...tokenizer.encode(text) });
        }),
        { numRuns: 300 },
      );
    }
  });

  it('decodes token by token what it decodes at once', () => {
    const stream = uncased.decodeStream();
    const { ids } = uncased.encode("don't stop , it ' s fine ! unbelievably");
    const parts = [...ids.map((id) => stream.push(id)), stream.end()];
    expect(parts.join('')).toBe(uncased.decode(ids));
    expect(uncased.decode(ids, { skipSpecialTokens: true })).toBe("don't stop, it's fine! unbelievably");
  });

  it('reads what a file of the reference says', () => {
    const tokenizer = tokenizerFromJson(readFixture('tiny-bert/tokenizer.json'));
    const fromVocabulary = createWordPieceTokenizer({
      vocab: readFixture('tiny-bert/vocab.txt').trimEnd().split('\n'),
    });
    const { items, pairs } = JSON.parse(readFixture('tiny-bert/expected.json')) as {
      items: { text: string; tokens: string[]; input_ids: number[] }[];
      pairs: { text: string; pair: string; input_ids: number[]; token_type_ids: number[] }[];
    };
    for (const one of [tokenizer, fromVocabulary]) {
      for (const { text, tokens, input_ids } of items) {
        expect(one.encode(text, { parseSpecialTokens: true }).ids).toEqual(input_ids);
        const plain = one.encode(text, { parseSpecialTokens: true, addSpecialTokens: false });
        expect(plain.tokens).toEqual(tokens);
      }
      for (const { text, pair, input_ids, token_type_ids } of pairs) {
        const { ids, typeIds } = one.encode(text, { pair });
        expect({ ids, typeIds }).toEqual({ ids: input_ids, typeIds: token_type_ids });
      }
    }
  });

  it('refuses a vocabulary without the unknown token, and misspelt options', () => {
    expect(() => createWordPieceTokenizer({ vocab: ['a'] })).toThrow(TokenizerError);
    expect(createWordPieceTokenizer({ vocab: ['a', '?'], unknownToken: '?' }).encode('b').ids).toEqual([1]);
    expect(() => createWordPieceTokenizer({ vocab: ['[UNK]'], lowerCase: true } as never)).toThrow(ConfigError);
  });
});
