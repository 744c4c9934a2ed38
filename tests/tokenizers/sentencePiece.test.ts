import fc from 'fast-check';
import { ConfigError, SesameError, TokenizerError } from 'sesame-nlp/errors';
import { createSentencePieceTokenizer, type Tokenizer, tokenizerFromJson } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { timesToRun } from '../support/nightly.js';
import { readFixture, readZipped, wellFormedText } from './fixtures.js';
import { field, model, piece, varintField } from './spiece.js';

const bytes = readZipped('tiny-t5/spiece.model');
const expected = JSON.parse(readFixture('tiny-t5/expected.json')) as {
  vocab_size_with_extra_ids: number;
  pieces: { piece: string; score: number }[];
  items: { text: string; pieces: string[]; ids: number[]; input_ids_with_eos: number[]; decoded: string }[];
  extra_ids: { text: string; input_ids: number[] }[];
};
const t5 = createSentencePieceTokenizer(bytes, {
  extraIds: 8,
  template: { single: '$A </s>', pair: '$A </s> $B </s>' },
});
const unknown = t5.tokenToId('<unk>')!;

describe("T5's tokenizer", () => {
  it('has the pieces of its file, and extra ids from the last to the first', () => {
    expect(t5.vocabSize).toBe(expected.vocab_size_with_extra_ids);
    expect(expected.pieces.map((_, id) => t5.idToToken(id))).toEqual(expected.pieces.map(({ piece }) => piece));
    expect(t5.tokenToId('<extra_id_0>')).toBe(t5.vocabSize - 1);
    expect(t5.tokenToId('<extra_id_7>')).toBe(expected.pieces.length);
  });

  it('encodes every reference text as SentencePiece does', () => {
    for (const { text, pieces, ids, input_ids_with_eos } of expected.items) {
      const encoding = t5.encode(text, { addSpecialTokens: false });
      expect({ text, ids: encoding.ids }).toEqual({ text, ids });
      // SentencePiece shows an unknown piece as it is spelt; its token is <unk>.
      const known = pieces.map((piece, index) => (ids[index] === unknown ? '<unk>' : piece));
      expect({ text, tokens: encoding.tokens }).toEqual({ text, tokens: known });
      expect(t5.encode(text).ids).toEqual(input_ids_with_eos);
    }
    for (const { text, input_ids } of expected.extra_ids) expect(t5.encode(text).ids).toEqual(input_ids);
  });

  it('decodes as SentencePiece does, at once and token by token', () => {
    for (const { ids, decoded } of expected.items) {
      expect(t5.decode(ids)).toBe(decoded);
      const stream = t5.decodeStream();
      expect([...ids.map((id) => stream.push(id)), stream.end()].join('')).toBe(decoded);
    }
  });

  it('finds sentinels in text only on request', () => {
    const text = 'on <extra_id_0> on';
    expect(t5.encode(text, { addSpecialTokens: false }).ids).not.toContain(t5.vocabSize - 1);
    expect(t5.encode(text, { parseSpecialTokens: true, addSpecialTokens: false }).tokens).toEqual([
      '▁on',
      '<extra_id_0>',
      '▁on',
    ]);
  });

  it('gives offsets in the text as it was written', () => {
    const text = '  on  ｔｈｅ ﬁ';
    const { tokens, offsets } = t5.encode(text, { addSpecialTokens: false });
    expect(tokens.slice(0, 2)).toEqual(['▁on', '▁the']);
    expect(offsets.slice(0, 2)).toEqual([
      [2, 4],
      [4, 9],
    ]);
    fc.assert(
      fc.property(wellFormedText, (string) => {
        for (const [start, end] of t5.encode(string, { addSpecialTokens: false }).offsets) {
          expect(0 <= start && start <= end && end <= string.length).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('survives toJson and tokenizerFromJson', () => {
    const json = t5.toJson();
    const again = tokenizerFromJson(json);
    expect(again.toJson()).toBe(json);
    fc.assert(
      fc.property(wellFormedText, (text) => {
        expect({ ...again.encode(text) }).toEqual({ ...t5.encode(text) });
      }),
      { numRuns: 500 },
    );
  });
});

describe('createSentencePieceTokenizer', () => {
  it('reads a model of the BPE kind, whose merges follow from the scores', () => {
    const tokenizer = createSentencePieceTokenizer(
      model(
        [
          piece('<unk>', 0, 2),
          piece('<s>', 0, 3),
          piece('</s>', 0, 3),
          piece('<0xE6>', 0, 6),
          piece('<0xBD>', 0, 6),
          piece('<0xAE>', 0, 6),
          piece('▁t', -1, 1),
          piece('he', -2, 1),
          piece('▁the', -3, 1),
          ...['▁', 't', 'h', 'e'].map((character, index) => piece(character, -10 - index, 1)),
        ],
        [varintField(3, 2), varintField(35, 1)],
        [varintField(4, 0)],
      ),
    );
    expect(tokenizer.encode('the the').tokens).toEqual(['▁the', '▁the']);
    expect(tokenizer.encode('潮').tokens).toEqual(['▁', '<0xE6>', '<0xBD>', '<0xAE>']);
    expect(tokenizer.encode('潮').offsets).toEqual([
      [0, 0],
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(tokenizer.encode('<0xE6>x').tokens).not.toContain('<0xE6>');
    expect(tokenizer.decode(tokenizer.encode('the 潮 he').ids)).toBe('the 潮 he');
    expect(tokenizer.encode('  he').tokens).toEqual(['▁', '▁', '▁', 'he']);
    expect([...tokenizer.specialTokens.keys()]).toEqual(['<unk>', '<s>', '</s>']);
  });

  it('never makes pieces of text that are unused or control symbols', () => {
    const tokenizer = createSentencePieceTokenizer(
      model([piece('<unk>', 0, 2), piece('ab', -1, 5), piece('</s>', 0, 3), piece('a', -2, 1), piece('b', -2, 1)], []),
    );
    expect(tokenizer.encode('ab').tokens).toEqual(['<unk>', 'a', 'b']);
    expect(tokenizer.encode('</s>').tokens).not.toContain('</s>');
  });

  it('refuses what it does not know, by name', () => {
    const pieces = [piece('<unk>', 0, 2), piece('a', -1, 1)];
    expect(() => createSentencePieceTokenizer(model(pieces, [varintField(3, 4)]))).toThrow(/type char/);
    expect(() => createSentencePieceTokenizer(model(pieces, [varintField(24, 1)]))).toThrow(/after words/);
    expect(() => createSentencePieceTokenizer(model([], []))).toThrow(/pieces is none/);
    expect(() => createSentencePieceTokenizer(model([piece('a', Number.NaN, 1)], []))).toThrow(/score/);
    expect(() => createSentencePieceTokenizer(model([piece('a', 0, 9)], []))).toThrow(/type is 9/);
    expect(() => createSentencePieceTokenizer(field(1, Uint8Array.of(0x0a, 0xff)))).toThrow(TokenizerError);
    expect(() => createSentencePieceTokenizer('spiece.model' as never)).toThrow(TokenizerError);
    expect(() => createSentencePieceTokenizer(bytes, { extraIds: -1 })).toThrow(ConfigError);
    expect(() => createSentencePieceTokenizer(bytes, { extraIds: 1e9 })).toThrow(ConfigError);
  });

  it('reads, or refuses with a typed error, whatever happens to the bytes', () => {
    const small = model(
      [piece('<unk>', 0, 2), piece('</s>', 0, 3), piece('▁a', -1, 1), piece('▁', -2, 1), piece('ab', -3, 4)],
      [varintField(3, 1)],
      [field(2, readMap()), varintField(3, 1)],
    );
    let refused = 0;
    const attempt = (mutated: Uint8Array) => {
      try {
        const tokenizer: Tokenizer = createSentencePieceTokenizer(mutated);
        tokenizer.encode('ab Ａ\u0301\r\n a');
      } catch (error) {
        if (!(error instanceof SesameError)) throw error;
        expect(error).toBeInstanceOf(TokenizerError);
        refused++;
      }
    };
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255), cut: fc.nat(3) });
    const runs = { numRuns: timesToRun({ always: 700, nightly: 100_000 }) };
    for (const original of [small, bytes]) {
      fc.assert(
        fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
          const mutated = Uint8Array.from(original);
          let length = original.length;
          for (const { at, byte, cut } of edits) {
            // The first bytes hold the pieces, which is where lengths are.
            const place = Math.floor(at ** 3 * length);
            mutated[place] = byte;
            mutated.copyWithin(place, Math.min(place + cut, length), length);
            length -= Math.min(cut, length - place);
          }
          attempt(mutated.subarray(0, length));
        }),
        original === small ? runs : { numRuns: Math.ceil(runs.numRuns / 10) },
      );
    }
    expect(refused).toBeGreaterThan(100);
  });
});

/** The character map of the tiny T5. */
function readMap(): Uint8Array {
  const { normalizers } = (
    JSON.parse(t5.toJson()) as { normalizer: { normalizers: { precompiled_charsmap: string }[] } }
  ).normalizer;
  return Uint8Array.from(atob(normalizers[0]!.precompiled_charsmap), (character) => character.charCodeAt(0));
}
