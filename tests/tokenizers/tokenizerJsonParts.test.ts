// Every part that tokenizer.json knows, read and written.
import fc from 'fast-check';
import { SesameError, TokenizerError } from 'sesame-nlp/errors';
import { type Tokenizer, tokenizerFromJson } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { timesToRun } from '../support/nightly.js';
import { wellFormedText } from './fixtures.js';

const string = (text: string) => ({ String: text });
const regex = (text: string) => ({ Regex: text });

const normalizers = [
  null,
  { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: false, strip_accents: null, lowercase: true },
  { type: 'BertNormalizer', clean_text: false, handle_chinese_chars: true, strip_accents: true, lowercase: false },
  ...['NFC', 'NFD', 'NFKC', 'NFKD', 'Lowercase', 'StripAccents', 'Nmt', 'ByteLevel'].map((type) => ({ type })),
  { type: 'Strip', strip_left: true, strip_right: false },
  { type: 'Prepend', prepend: '▁' },
  { type: 'Replace', pattern: string(' '), content: '▁' },
  { type: 'Replace', pattern: regex('\\s+'), content: ' ' },
  { type: 'Precompiled', precompiled_charsmap: '' },
  { type: 'Sequence', normalizers: [{ type: 'NFKC' }, { type: 'Sequence', normalizers: [{ type: 'Lowercase' }] }] },
];
const preTokenizers = [
  null,
  { type: 'BertPreTokenizer' },
  { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
  { type: 'CharDelimiterSplit', delimiter: 'a' },
  { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false },
  { type: 'Whitespace' },
  { type: 'WhitespaceSplit' },
  ...['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'].map((behavior) => ({
    type: 'Punctuation',
    behavior,
  })),
  { type: 'Digits', individual_digits: true },
  { type: 'UnicodeScripts' },
  { type: 'FixedLength', length: 3 },
  { type: 'Split', pattern: string('a'), behavior: 'MergedWithNext', invert: false },
  { type: 'Split', pattern: regex('\\p{L}+'), behavior: 'Removed', invert: true },
  { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'Digits', individual_digits: false }] },
  {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: regex(' ?\\p{L}+|.'), behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  },
];
const special = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } });
const sequence = (id: string, type: number) => ({ Sequence: { id, type_id: type } });
const template = {
  type: 'TemplateProcessing',
  single: [special('<s>', 0), sequence('A', 0)],
  pair: [sequence('A', 0), special('<s>', 1), sequence('B', 2)],
  special_tokens: { '<s>': { id: '<s>', ids: [2], tokens: ['<s>'] } },
};
const byteLevelProcessor = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
const postProcessors = [
  null,
  template,
  { type: 'BertProcessing', sep: ['<s>', 2], cls: ['<unk>', 0] },
  { type: 'RobertaProcessing', sep: ['<s>', 2], cls: ['<s>', 2], trim_offsets: true, add_prefix_space: false },
  byteLevelProcessor,
  { type: 'Sequence', processors: [byteLevelProcessor, template] },
];
const decoders = [
  null,
  { type: 'BPEDecoder', suffix: '</w>' },
  { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  { type: 'WordPiece', prefix: '##', cleanup: true },
  { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  { type: 'CTC', pad_token: '<pad>', word_delimiter_token: '|', cleanup: true },
  { type: 'Replace', pattern: string('▁'), content: ' ' },
  { type: 'Replace', pattern: regex('[▁a]'), content: ' ' },
  { type: 'Fuse' },
  { type: 'Strip', content: ' ', start: 1, stop: 0 },
  { type: 'ByteFallback' },
  {
    type: 'Sequence',
    decoders: [
      { type: 'Replace', pattern: string('▁'), content: ' ' },
      { type: 'ByteFallback' },
      { type: 'Fuse' },
      { type: 'Strip', content: ' ', start: 1, stop: 0 },
    ],
  },
];
const bpe = {
  type: 'BPE',
  dropout: null,
  unk_token: '<unk>',
  continuing_subword_prefix: null,
  end_of_word_suffix: null,
  fuse_unk: true,
  byte_fallback: false,
  ignore_merges: false,
  vocab: { '<unk>': 0, a: 1, '<s>': 2, b: 3, ab: 4, '▁': 5, Ġ: 6, '<0xE6>': 7 },
  merges: [['a', 'b']],
};
const models = [
  bpe,
  { ...bpe, unk_token: '<unk>', byte_fallback: true, ignore_merges: true, end_of_word_suffix: 'b' },
  { ...bpe, continuing_subword_prefix: 'b', merges: [] },
  {
    type: 'WordPiece',
    unk_token: '<unk>',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 10,
    vocab: { '<unk>': 0, a: 1, '<s>': 2, '##a': 3, b: 4 },
  },
  { type: 'WordLevel', vocab: { '<unk>': 0, a: 1, '<s>': 2, ab: 3 }, unk_token: '<unk>' },
  {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['a', -1],
      ['<s>', 0],
      ['▁', -2.5],
      ['ab', -1.25],
    ],
    byte_fallback: false,
  },
];
const addedTokens = [
  { id: 2, content: '<s>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
  { id: 20, content: 'tide', single_word: true, lstrip: true, rstrip: true, normalized: true, special: false },
  { id: 21, content: '<new>', single_word: false, lstrip: false, rstrip: true, normalized: false, special: false },
];
const kept = {
  truncation: { direction: 'Right', max_length: 5, strategy: 'LongestFirst', stride: 1 },
  padding: {
    strategy: { Fixed: 7 },
    direction: 'Left',
    pad_to_multiple_of: null,
    pad_id: 0,
    pad_type_id: 0,
    pad_token: '<unk>',
  },
};

const file = fc.record({
  version: fc.constant('1.0'),
  truncation: fc.constantFrom(null, kept.truncation),
  padding: fc.constantFrom(null, kept.padding),
  added_tokens: fc.constantFrom([], addedTokens),
  normalizer: fc.constantFrom(...normalizers),
  pre_tokenizer: fc.constantFrom(...preTokenizers),
  post_processor: fc.constantFrom(...postProcessors),
  decoder: fc.constantFrom(...decoders),
  model: fc.constantFrom(...models),
});
const text = fc.oneof(
  wellFormedText,
  fc
    .array(fc.constantFrom('a', 'b', 'ab', ' ', '  ', 'tide', '<new>', '<s>', '潮', 'é', '▁', '12', '.'), {
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
);

describe('a tokenizer of any parts', () => {
  it('is written as it was read', () => {
    for (const [key, parts] of Object.entries({ normalizers, preTokenizers, postProcessors, decoders, models })) {
      const section = { normalizers: 'normalizer', preTokenizers: 'pre_tokenizer', postProcessors: 'post_processor' }[
        key
      ];
      const name = section ?? key.slice(0, -1);
      for (const part of parts) {
        const json = { version: '1.0', ...kept, added_tokens: addedTokens, model: models[0], [name]: part };
        const written = JSON.parse(tokenizerFromJson(json).toJson()) as Record<string, unknown>;
        expect(written[name]).toEqual(part);
        expect(written).toMatchObject({ ...kept, added_tokens: addedTokens });
      }
    }
  });

  it('is the same after it was written and read again', () => {
    fc.assert(
      fc.property(file, text, fc.option(text), (json, first, second) => {
        const tokenizer = tokenizerFromJson(json);
        const again = tokenizerFromJson(tokenizer.toJson());
        expect(again.toJson()).toBe(tokenizer.toJson());
        const options = { parseSpecialTokens: true, ...(second !== null && { pair: second }) };
        const encoding = tokenizer.encode(first, options);
        expect({ ...again.encode(first, options) }).toEqual({ ...encoding });
        expect(again.decode(encoding.ids)).toBe(tokenizer.decode(encoding.ids));
      }),
      { numRuns: timesToRun({ always: 1000, nightly: 100_000 }) },
    );
  });

  it('makes no special token of text, gives offsets in the text, and decodes token by token what it decodes at once', () => {
    fc.assert(
      fc.property(file, text, (json, input) => {
        const tokenizer = tokenizerFromJson(json);
        const { ids, offsets, wordIds } = tokenizer.encode(input, { addSpecialTokens: false });
        if (json.added_tokens.length > 0) expect(ids).not.toContain(2);
        for (const [start, end] of offsets) expect(0 <= start && start <= end && end <= input.length).toBe(true);
        expect([...wordIds].sort((a, b) => a! - b!)).toEqual(wordIds);
        expect(streamed(tokenizer, ids)).toBe(tokenizer.decode(ids));
      }),
      { numRuns: timesToRun({ always: 1000, nightly: 100_000 }) },
    );
  });

  it('is read from files of older versions', () => {
    const older = (section: string, part: object) => tokenizerFromJson({ version: '1.0', model: bpe, [section]: part });
    const metaspace = { type: 'Metaspace', replacement: '▁', str_rep: '▁' };
    const written = (tokenizer: Tokenizer) => JSON.parse(tokenizer.toJson()) as Record<string, unknown>;
    expect(written(older('pre_tokenizer', { ...metaspace, add_prefix_space: true })).pre_tokenizer).toMatchObject({
      prepend_scheme: 'always',
    });
    expect(written(older('decoder', { ...metaspace, add_prefix_space: false })).decoder).toMatchObject({
      prepend_scheme: 'never',
    });
    expect(() => older('decoder', { ...metaspace, add_prefix_space: false, prepend_scheme: 'always' })).toThrow(
      TokenizerError,
    );
    const { type: _, ...untyped } = bpe;
    expect(tokenizerFromJson({ model: untyped }).encode('ab').ids).toEqual([4]);
    expect(tokenizerFromJson({ model: { ...untyped, merges: ['a b'] } }).encode('ab').ids).toEqual([4]);
    const words = { vocab: { a: 0 }, unk_token: 'a' };
    expect(tokenizerFromJson({ model: words }).encode('b').ids).toEqual([0]);
    const pieces = { vocab: [['a', -1]], unk_id: 0 };
    expect(tokenizerFromJson({ model: pieces }).encode('b').ids).toEqual([0]);
    expect(tokenizerFromJson({ model: { ...words, continuing_subword_prefix: '##' } }).encode('a').ids).toEqual([0]);
  });

  it('is read, or refused with a typed error, whatever is changed in its file', () => {
    const values: unknown[] = [
      null,
      0,
      -1,
      1e99,
      '',
      'x',
      [],
      {},
      true,
      [null],
      ['a', 'b'],
      { type: 'Sequence' },
      '(a*)*',
    ];
    const path = fc.array(fc.nat(20), { minLength: 1, maxLength: 6 });
    const change = fc.tuple(path, fc.oneof(fc.constant(undefined), fc.constantFrom(...values), fc.jsonValue()));
    let refused = 0;
    fc.assert(
      fc.property(file, fc.array(change, { minLength: 1, maxLength: 3 }), text, (json, changes, input) => {
        const copy = structuredClone(json) as unknown;
        for (const [steps, value] of changes) mutate(copy, steps, value);
        try {
          const tokenizer = tokenizerFromJson(copy as object);
          tokenizer.decode(tokenizer.encode(input, { maxLength: 20 }).ids);
          expect(tokenizerFromJson(tokenizer.toJson()).toJson()).toBe(tokenizer.toJson());
        } catch (error) {
          if (!(error instanceof SesameError)) throw error;
          refused++;
        }
      }),
      { numRuns: timesToRun({ always: 2000, nightly: 200_000 }) },
    );
    expect(refused).toBeGreaterThan(200);
  });
});

/** Changes what stands at the end of a path, whose steps choose among the keys there are. */
function mutate(value: unknown, path: readonly number[], to: unknown): void {
  let parent = value as Record<string, unknown>;
  for (const [depth, step] of path.entries()) {
    const keys = Object.keys(parent);
    if (keys.length === 0) return;
    const key = keys[step % keys.length]!;
    const child = parent[key];
    if (depth === path.length - 1 || typeof child !== 'object' || child === null) {
      if (to === undefined) Reflect.deleteProperty(parent, key);
      else parent[key] = to;
      return;
    }
    parent = child as Record<string, unknown>;
  }
}

function streamed(tokenizer: Tokenizer, ids: readonly number[]): string {
  const stream = tokenizer.decodeStream();
  return [...ids.map((id) => stream.push(id)), stream.end()].join('');
}
