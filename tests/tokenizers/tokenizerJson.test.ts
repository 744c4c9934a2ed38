import fc from 'fast-check';
import { SesameError, TokenizerError } from 'sesame-nlp/errors';
import { createByteLevelBpeTokenizer, tokenizerFromJson } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { timesToRun } from '../support/nightly.js';
import { gpt2, readFixture, wellFormedText } from './fixtures.js';

const tiny = readFixture('tiny-gpt2/tokenizer.json');

const split = (regex: string) => ({ type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false });

/** A template whose texts are of a type. */
const typedTemplate = (typeId: number) => {
  const items = ['A', 'B'].map((id) => ({ Sequence: { id, type_id: typeId } }));
  return { type: 'TemplateProcessing', single: items.slice(0, 1), pair: items, special_tokens: {} };
};

/** The small tokenizer's file with some of its sections changed. */
function changed(change: (file: Record<string, Record<string, unknown>>) => unknown): object {
  const file = JSON.parse(tiny) as Record<string, Record<string, unknown>>;
  change(file);
  return file;
}

describe('toJson', () => {
  it('gives a tokenizer that encodes, decodes and writes the same', () => {
    const tokenizer = gpt2();
    const json = tokenizer.toJson();
    const again = tokenizerFromJson(json);
    expect(again.toJson()).toBe(json);
    expect([...again.specialTokens]).toEqual([...tokenizer.specialTokens]);
    fc.assert(
      fc.property(wellFormedText, (text) => {
        expect(again.encode(text).ids).toEqual(tokenizer.encode(text).ids);
      }),
      { numRuns: timesToRun({ always: 10_000, nightly: 1_000_000 }) },
    );
  });

  it("writes Hugging Face's format, merges as pairs", () => {
    const file = JSON.parse(
      createByteLevelBpeTokenizer({ vocab: ['a', 'b', 'ab'], merges: ['a b'], specialTokens: ['<s>'] }).toJson(),
    );
    expect(file).toEqual({
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [
        { id: 3, content: '<s>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
      ],
      normalizer: null,
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      post_processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
      decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: { a: 0, b: 1, ab: 2, '<s>': 3 },
        merges: [['a', 'b']],
      },
    });
  });
});

describe('tokenizerFromJson', () => {
  it('takes text or what it parses to, and merges as pairs or as strings', () => {
    const pairs = changed((file) => {
      file.model!.merges = (file.model!.merges as string[]).map((merge) => merge.split(' '));
    });
    for (const json of [tiny, JSON.parse(tiny) as object, pairs]) {
      expect(tokenizerFromJson(json).encode('the rain').tokens).toEqual(['the', 'Ġ', 'rain']);
    }
  });

  it('always finds added tokens that are not special', () => {
    const tokenizer = tokenizerFromJson(
      changed((file) => {
        (file.added_tokens as unknown as object[]).push({ id: 400, content: '潮水', special: false });
      }),
    );
    const text = 'a潮水<|endoftext|>';
    const { tokens, offsets } = tokenizer.encode(text);
    expect(tokens.slice(0, 2)).toEqual(['a', '潮水']);
    expect(offsets[1]).toEqual([1, 3]);
    expect(tokens).not.toContain('<|endoftext|>');
    expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text);
    expect(tokenizer.vocabSize).toBe(401);
    expect(tokenizer.decode([400], { skipSpecialTokens: true })).toBe('潮水');
  });

  it.each([
    [
      'a model',
      changed((file) => (file.model!.type = 'BPA')),
      /model is of type "BPA", which is not known.*Is it BPE/s,
    ],
    ['a normalizer', changed((file) => (file.normalizer = { type: 'NFQ' })), /normalizer is of type "NFQ"/],
    ['a pre-tokenizer', changed((file) => (file.pre_tokenizer = { type: 'Metaspaces' })), /Is it Metaspace/],
    ['a decoder', changed((file) => (file.decoder = { type: 5 })), /decoder is of type 5.*Known are BPEDecoder/s],
    ['a post-processor', changed((file) => (file.post_processor = { type: 'BertProcesing' })), /Is it BertProcessing/],
    [
      'a part of a sequence',
      changed((file) => (file.normalizer = { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'X' }] })),
      /normalizer.normalizers\[1\] is of type "X"/,
    ],
    ['dropout', changed((file) => (file.model!.dropout = 0.1)), /dropout is 0.1/],
    ['another version', changed((file) => (file.version = '2.0' as never)), /version is "2.0"/],
    ['an expression', changed((file) => (file.pre_tokenizer = split('(a+)+'))), /repetition inside a repetition/],
    ['a truncation', changed((file) => (file.truncation = { max_length: 'x' })), /truncation.max_length is "x"/],
    ['a padding', changed((file) => (file.padding = { strategy: {} })), /padding.strategy.Fixed/],
  ])('names what it does not support: %s', (_, json, message) => {
    expect(() => tokenizerFromJson(json)).toThrow(TokenizerError);
    expect(() => tokenizerFromJson(json)).toThrow(message);
  });

  it.each([
    ['no JSON', '{"model":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['no model', '{}'],
    ['a model without vocabulary', changed((file) => delete file.model!.vocab)],
    ['a model without merges', changed((file) => delete file.model!.merges)],
    ['an id twice', changed((file) => ((file.model!.vocab as Record<string, number>)['!'] = 1))],
    ['an id that is no number', changed((file) => ((file.model!.vocab as Record<string, unknown>)['!'] = null))],
    ['a merge of unknown tokens', changed((file) => (file.model!.merges = ['h q']))],
    ['a merge that is a number', changed((file) => (file.model!.merges = [5]))],
    ['added tokens that are no list', changed((file) => (file.added_tokens = {}))],
    ['an added token without id', changed((file) => (file.added_tokens = [{ content: 'x' }] as never))],
    ['an added token whose id is taken', changed((file) => (file.added_tokens = [{ content: 'x', id: 3 }] as never))],
    ['an added token of another id', changed((file) => (file.added_tokens = [{ content: 'he', id: 9 }] as never))],
    ['a type id beyond 28 bits', changed((file) => (file.post_processor = typedTemplate(2 ** 28)))],
    ['a key twice', tiny.replace('"version"', '"model": {}, "version"')],
    ['a token twice', tiny.replace('"!": 0,', '"!": 0, "\\u0021": 900,')],
    ['a prototype in place of a model', tiny.replace('"model"', '"__proto__"')],
  ])('refuses a file with %s', (_, json) => {
    expect(() => tokenizerFromJson(json)).toThrow(TokenizerError);
  });

  it('refuses strings and nesting of any size with a typed error', () => {
    const long = 'a'.repeat(16_000_000);
    expect(() => tokenizerFromJson(`{"model":"${long}"}`)).toThrow(TokenizerError);
    expect(() => tokenizerFromJson('['.repeat(1_000_000))).toThrow(TokenizerError);
    expect(() => tokenizerFromJson(`{"model":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toThrow(TokenizerError);
  });

  it('throws typed errors, or reads, whatever is changed in a file', () => {
    const values: unknown[] = [null, 0, -1, 1e99, '', 'x', [], {}, true, [null], { type: 'BPE' }, ['a', 'b'], [[], []]];
    const file = JSON.parse(
      createByteLevelBpeTokenizer({
        vocab: ['a', 'b', 'ab'],
        merges: ['a b'],
        specialTokens: ['<s>', '</s>'],
        template: { single: '<s> $A', pair: '$A $B </s>' },
      }).toJson(),
    ) as object;
    const paths: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]) => {
      if (path.length > 0) paths.push(path);
      if (typeof value !== 'object' || value === null) return;
      for (const key of Object.keys(value)) walk((value as Record<string, unknown>)[key], [...path, key]);
    };
    walk(file, []);
    const change = fc.record({
      path: fc.constantFrom(...paths),
      action: fc.oneof(fc.constant('delete'), fc.constantFrom(...values), fc.jsonValue()),
    });
    let refused = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const copy = structuredClone(file);
        for (const { path, action } of changes) {
          let parent: unknown = copy;
          for (const key of path.slice(0, -1)) parent = (parent as Record<string, unknown> | undefined)?.[key];
          if (typeof parent !== 'object' || parent === null) continue;
          if (action === 'delete') Reflect.deleteProperty(parent, path.at(-1)!);
          else Reflect.set(parent, path.at(-1)!, action);
        }
        try {
          const tokenizer = tokenizerFromJson(copy);
          expect(tokenizerFromJson(tokenizer.toJson()).toJson()).toBe(tokenizer.toJson());
        } catch (error) {
          if (!(error instanceof SesameError)) throw error;
          expect(error).toBeInstanceOf(TokenizerError);
          refused++;
        }
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(500);
  });

  it('throws typed errors, or reads, whatever is cut from or put into the text', () => {
    const json = createByteLevelBpeTokenizer({ vocab: ['a', 'b', 'ab'], merges: ['a b'] }).toJson();
    fc.assert(
      fc.property(
        fc.nat(json.length),
        fc.nat(8),
        fc.constantFrom('', '"', '{', '}', ',', '\\', '0', 'null'),
        (at, cut, put) => {
          try {
            tokenizerFromJson(json.slice(0, at) + put + json.slice(at + cut));
          } catch (error) {
            expect(error).toBeInstanceOf(TokenizerError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
