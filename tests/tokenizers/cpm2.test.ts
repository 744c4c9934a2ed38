import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import type { WordSegmenter } from 'sesame-nlp/segmentation';
import { createCpm2Tokenizer, createWordTokenizer, tokenizerFromJson } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';

/** Cuts a text into the words of a list, and everything else into characters. */
const segmenter = (...words: string[]): WordSegmenter => ({
  segment: (text) => {
    const pattern = new RegExp(`${words.join('|')}|.`, 'gsu');
    return Array.from(text.matchAll(pattern), ({ 0: word, index }) => ({
      start: index,
      end: index + word.length,
      isWord: true,
    }));
  },
});
const vocab = [
  '<pad>',
  '<s>',
  '<s_0>',
  '<eod>',
  '<unk>',
  '▂',
  '▃',
  '潮水',
  '潮',
  '退',
  '了',
  'A',
  '12',
  '，',
  '就知',
  '<',
];

describe('createCpm2Tokenizer', () => {
  const tokenizer = createCpm2Tokenizer({ vocab, segmenter: segmenter('潮水', '退了', '就知道', '<eod>') });

  it('spells the words of a segmenter with the longest pieces, unknown characters one by one', () => {
    const text = '潮水退了，\n就知道 😀Ａ１２';
    const { tokens, offsets } = tokenizer.encode(text);
    expect(tokens).toEqual(['潮水', '退', '了', '，', '▃', '就知', '<unk>', '▂', '<unk>', 'A', '<unk>', '<unk>']);
    expect(offsets.map(([start, end]) => text.slice(start, end)).join('')).toBe(text);
    expect(tokenizer.decode(tokenizer.encode('潮水\n退 了').ids)).toBe('潮水\n退 了');
  });

  it('makes no special token of a word that spells one', () => {
    expect([...tokenizer.specialTokens.keys()]).toEqual(['<pad>', '<s>', '<s_0>', '<eod>', '<unk>']);
    expect(tokenizer.encode('<eod>').tokens).toEqual(['<', '<unk>', '<unk>', '<unk>', '<unk>']);
    expect(tokenizer.encode('潮<eod>', { parseSpecialTokens: true }).tokens).toEqual(['潮', '<eod>']);
  });

  it('takes words of more than 200 characters for unknown', () => {
    const whole = createCpm2Tokenizer({
      vocab,
      segmenter: { segment: (text) => [{ start: 0, end: text.length, isWord: true }] },
    });
    expect(whole.encode('潮'.repeat(200)).ids).toHaveLength(200);
    expect(whole.encode('潮'.repeat(201)).tokens).toEqual(['<unk>']);
    expect(whole.encode('😀'.repeat(200)).ids).toHaveLength(200);
  });

  it("finds words by the engine's dictionary where no segmenter is given", () => {
    const { tokens } = createCpm2Tokenizer({ vocab }).encode('潮水退了，就知道');
    expect(tokens.slice(0, 4)).toEqual(['潮水', '退', '了', '，']);
  });

  it('has no tokenizer.json, and says so', () => {
    expect(() => tokenizer.toJson()).toThrow(TokenizerError);
    expect(() => tokenizer.toJson()).toThrow(/no name for/);
    expect(() => createCpm2Tokenizer({ vocab, segmentor: 1 } as never)).toThrow(ConfigError);
  });
});

describe('createWordTokenizer', () => {
  it('looks up what stands between white space', () => {
    const tokenizer = createWordTokenizer({ vocab: ['the', 'tide'], unknownToken: '<unk>', lowercase: true });
    const encoding = tokenizer.encode(' The tide  turns');
    expect(encoding.ids).toEqual([0, 1, 2]);
    expect(encoding.offsets).toEqual([
      [1, 4],
      [5, 9],
      [11, 16],
    ]);
    expect(tokenizer.decode(encoding.ids)).toBe('the tide <unk>');
    expect(tokenizerFromJson(tokenizer.toJson()).encode('The tide').ids).toEqual([0, 1]);
    expect(tokenizer.encode('<unk>').ids).toEqual([2]);
    expect(() => createWordTokenizer({ vocab: ['a'] }).encode('b')).toThrow(TokenizerError);
  });

  it('looks up the words of a segmenter', () => {
    const tokenizer = createWordTokenizer({ vocab: ['潮水', '退了', '。'], segmenter: segmenter('潮水', '退了') });
    expect(tokenizer.encode('潮水 退了。').ids).toEqual([0, 1, 2]);
    expect(tokenizer.decode([0, 1, 2])).toBe('潮水退了。');
  });
});
